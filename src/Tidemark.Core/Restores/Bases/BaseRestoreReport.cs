namespace Tidemark.Restores.Bases;

/// <param name="Plan">What was done.</param>
/// <param name="Folder">The data directory.</param>
/// <param name="Owner">Whose it is.</param>
/// <param name="Wal">How the server comes to its WAL.</param>
/// <param name="Manner">How it recovers.</param>
/// <param name="Aside">What was there before, under its new names.</param>
/// <param name="Files">Of the backup.</param>
/// <param name="Bytes">Of them.</param>
/// <param name="Written">Of these bytes: the others stood there already.</param>
/// <param name="Removed">What was there and is not in the backup.</param>
/// <param name="LastCommit">In what is replayed; null: none is behind the backup's beginning.</param>
/// <param name="Duration">Until all was on the disk.</param>
/// <param name="Warnings">The plan's, and what showed on the way.</param>
internal sealed record BaseRestoreReport(
    RecoveryPlan Plan, string Folder, OsUser Owner, WalWay Wal, RecoveryManner Manner, IReadOnlyList<string> Aside, long Files, long Bytes, long Written, long Removed,
    DateTimeOffset? LastCommit, TimeSpan Duration, IReadOnlyList<string> Warnings);
