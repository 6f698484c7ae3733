using Tidemark.Postgres.Wal;

namespace Tidemark.BaseBackups;

/// <param name="Lsn">Replay begins here: WAL is needed from its segment on.</param>
/// <param name="Time">When the server had answered, by its clock.</param>
internal sealed record BackupStart(Lsn Lsn, DateTimeOffset Time);
