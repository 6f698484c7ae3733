namespace Tidemark.Postgres.Replication;

/// <summary>What came over the network is not the protocol of PostgreSQL: a bug, another program on that port, or somebody in between.</summary>
internal static class ProtocolFault
{
    public static Fault Of(string why) => new(FaultCode.Unreachable, "the server's answer is not the protocol of PostgreSQL")
    {
        Why = why,
        Next = "check that the host and port in DATABASE_URL are those of a PostgreSQL server",
    };

    public static Fault Unexpected(ServerMessage message, string during) =>
        Of($"a message of kind {(message.Kind is > 32 and < 127 ? $"'{(char)message.Kind}'" : $"0x{message.Kind:x2}")} came {during}");
}
