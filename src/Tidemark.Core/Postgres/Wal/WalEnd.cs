namespace Tidemark.Postgres.Wal;

/// <summary>Where reading records stopped for good, and why.</summary>
/// <param name="At">The first byte that is of no good record.</param>
/// <param name="Unwritten">Zeros stand there: the log was written up to here and no further. False: something else stands there.</param>
/// <param name="Why">What is wrong, as half a sentence.</param>
internal sealed record WalEnd(Lsn At, bool Unwritten, string Why)
{
    public override string ToString() => Unwritten ? $"the log ends at {At}" : $"invalid record at {At}, because {Why}";
}
