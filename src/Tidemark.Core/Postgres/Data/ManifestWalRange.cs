using Tidemark.Postgres.Wal;

namespace Tidemark.Postgres.Data;

/// <summary>WAL that a backup needs of one timeline; a backup across a switch has one for each.</summary>
/// <param name="Timeline">Whose.</param>
/// <param name="Start">Its first byte.</param>
/// <param name="End">The first byte that is not needed any more.</param>
internal readonly record struct ManifestWalRange(TimelineId Timeline, Lsn Start, Lsn End);
