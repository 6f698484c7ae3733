using Tidemark.Postgres.Wal;

namespace Tidemark.Postgres.Replication;

/// <summary>Which cluster a server runs, and how far it is.</summary>
/// <param name="SystemIdentifier">Given at initdb; standbys and copies have the same.</param>
/// <param name="Timeline">The one that it writes, or on a standby replays, now.</param>
/// <param name="Flushed">How far its WAL is on its disk.</param>
internal sealed record SystemIdentity(ulong SystemIdentifier, TimelineId Timeline, Lsn Flushed);
