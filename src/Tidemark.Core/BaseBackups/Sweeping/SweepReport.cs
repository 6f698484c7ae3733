namespace Tidemark.BaseBackups.Sweeping;

/// <summary>What a sweep did.</summary>
/// <param name="Packs">That were removed.</param>
/// <param name="Bytes">Of these.</param>
/// <param name="Backups">Ids whose documents were removed.</param>
/// <param name="GivenUp">Ids of runs that nobody waits for any more.</param>
/// <param name="Waiting">Packs that nothing needs, and whose time has not come.</param>
/// <param name="WaitingBytes">Of these.</param>
/// <param name="Refused">Objects that the store did not let go.</param>
/// <param name="Held">Why less was done than could have been, a sentence each.</param>
internal sealed record SweepReport(int Packs, long Bytes, IReadOnlyList<string> Backups, IReadOnlyList<string> GivenUp, int Waiting, long WaitingBytes, int Refused, IReadOnlyList<string> Held)
{
    /// <summary>Another sweeper is at work, so this one did nothing.</summary>
    public static readonly SweepReport Busy = new(0, 0, [], [], 0, 0, 0, []);
}
