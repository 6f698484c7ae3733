using Tidemark.Postgres.Wal;

namespace Tidemark.Postgres.Replication;

/// <param name="Timeline">Which one comes next.</param>
/// <param name="At">Its first byte.</param>
internal sealed record TimelineSwitch(TimelineId Timeline, Lsn At);
