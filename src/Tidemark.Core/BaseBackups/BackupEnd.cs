using Tidemark.Postgres.Data;
using Tidemark.Postgres.Wal;

namespace Tidemark.BaseBackups;

/// <summary>What the server said at the end. The two files are kept to the byte and laid beside the data; they never were in the live folder.</summary>
/// <param name="Stop">The data are consistent once replay got here. On a boundary it belongs to the segment before it; from a standby, no record need begin there.</param>
/// <param name="Timeline">That <paramref name="Stop"/> is on. From a standby it may be a later one than at the start.</param>
/// <param name="Time">When it was asked to end, by its clock.</param>
/// <param name="Label">The backup_label, read.</param>
/// <param name="LabelBytes">The backup_label.</param>
/// <param name="TablespaceMapBytes">The tablespace_map; empty: there is none.</param>
internal sealed record BackupEnd(Lsn Stop, TimelineId Timeline, DateTimeOffset Time, BackupLabel Label, byte[] LabelBytes, byte[] TablespaceMapBytes);
