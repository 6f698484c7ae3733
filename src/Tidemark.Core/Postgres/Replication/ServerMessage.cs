namespace Tidemark.Postgres.Replication;

/// <summary>One message of the server's.</summary>
/// <param name="Kind">Its first byte; see <see cref="MessageKind"/>.</param>
/// <param name="Body">What follows its length. Valid until the next message is read.</param>
internal readonly record struct ServerMessage(byte Kind, ReadOnlyMemory<byte> Body)
{
    public MessageFields Fields => new(Body.Span);
}
