using Tidemark.Postgres.Wal;

namespace Tidemark.Postgres.Replication;

/// <summary>What a stream of WAL brings next.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Start">Bytes: where they begin. Else where the next will.</param>
/// <param name="ServerEnd">How far the server's WAL goes.</param>
/// <param name="ServerClock">When it sent this, by its own clock.</param>
/// <param name="Bytes">Valid until the next message is read; empty unless they are what came.</param>
/// <param name="ReplyRequested">The server ends the connection unless it gets a status soon.</param>
internal readonly record struct WalMessage(WalMessageKind Kind, Lsn Start, Lsn ServerEnd, DateTimeOffset ServerClock, ReadOnlyMemory<byte> Bytes, bool ReplyRequested);
