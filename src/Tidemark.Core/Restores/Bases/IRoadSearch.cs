using Tidemark.Postgres.Wal;

namespace Tidemark.Restores.Bases;

/// <summary>Finds things in the WAL of a road. It reads what it needs of it, and nothing else.</summary>
internal interface IRoadSearch
{
    Task<FoundMoment> MomentAsync(RecoveryRoad road, DateTimeOffset time, CancellationToken token);

    /// <summary>The first record that begins there or later.</summary>
    Task<FoundPlace> PlaceAsync(RecoveryRoad road, Lsn place, CancellationToken token);

    /// <summary>The ends of a transaction behind the backup's end: more than one where its number was used again.</summary>
    Task<IReadOnlyList<FoundRecord>> TransactionAsync(RecoveryRoad road, uint id, CancellationToken token);

    /// <summary>The restore points of this name behind the backup's end.</summary>
    Task<IReadOnlyList<FoundRecord>> NameAsync(RecoveryRoad road, string name, CancellationToken token);
}

/// <param name="At">Where it begins.</param>
/// <param name="Next">Where it is over.</param>
/// <param name="Time">By the server's clock; null: it bears none.</param>
internal readonly record struct FoundRecord(Lsn At, Lsn Next, DateTimeOffset? Time);

/// <summary>What lies around a moment.</summary>
/// <param name="Commit">The last commit that is not later; null: there is none behind the backup's end.</param>
/// <param name="Later">The first time that is later; null: no commit is.</param>
/// <param name="Disordered">Commits that bear a later time, and yet stand before <paramref name="Commit"/>.</param>
/// <param name="BackupIsLater">A commit that is later stands before the backup's end: whoever recovers from it has that too.</param>
internal sealed record FoundMoment(FoundRecord? Commit, DateTimeOffset? Later, int Disordered, bool BackupIsLater);

/// <summary>What lies at a place.</summary>
/// <param name="Record">Null: no record begins there or later.</param>
/// <param name="End">Where the last whole record is over.</param>
internal sealed record FoundPlace(FoundRecord? Record, Lsn End);
