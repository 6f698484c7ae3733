using Tidemark.BaseBackups;
using Tidemark.Postgres.Wal;

namespace Tidemark.Restores.Bases;

/// <param name="Backup">Null: whichever leads to the target.</param>
/// <param name="Folder">Where the data directory is to come.</param>
/// <param name="Target">Up to where.</param>
/// <param name="Timeline">Null: the newest that can be reached.</param>
/// <param name="MoveAside">What is there is renamed.</param>
/// <param name="Promote">When the target is reached the server goes on by itself.</param>
internal sealed record BaseRestoreOptions(BaseId? Backup, string Folder, RecoveryTarget Target, TimelineId? Timeline, bool MoveAside, bool Promote);
