namespace Tidemark.Postgres;

/// <summary>A database address that cannot be read. The text must not hold any part of it that might be the password.</summary>
internal static class AddressFault
{
    public static Fault Of(string why, string? next = null) => new(FaultCode.Configuration, "the database address cannot be read")
    {
        Where = "database address",
        Why = why,
        Next = next ?? "write it as postgresql://USER:PASSWORD@HOST:PORT/DATABASE, with special characters percent-encoded, or as host=… dbname=…",
    };
}
