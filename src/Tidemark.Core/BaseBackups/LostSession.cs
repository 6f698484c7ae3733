using Npgsql;

namespace Tidemark.BaseBackups;

/// <summary>Whether a failure means that the connection is gone: it broke, or the server said as its last word why it ends it (57P01 and its kin).</summary>
internal static class LostSession
{
    public static bool Is(NpgsqlException failure) => failure is not PostgresException { SqlState: not ['5', '7', 'P', ..] };
}
