using Tidemark.Postgres.Wal;

namespace Tidemark.Restores.Bases;

/// <param name="From">Where replay began.</param>
/// <param name="At">How far it is, at least.</param>
/// <param name="End">Where it will stop, at most.</param>
/// <param name="IsConsistent">It can be read from now on, where that is allowed.</param>
internal readonly record struct ReplayProgress(Lsn From, Lsn At, Lsn End, bool IsConsistent);
