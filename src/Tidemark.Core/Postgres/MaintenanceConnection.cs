using Npgsql;

namespace Tidemark.Postgres;

/// <summary>A connection to make, rename and drop databases from: to <c>postgres</c>, or <c>template1</c> where that is gone.</summary>
internal static class MaintenanceConnection
{
    public static async Task<NpgsqlConnection> OpenAsync(DatabaseAddress address, CancellationToken token)
    {
        // A database cannot be renamed or closed by its own session.
        if (address.Database == "postgres") return await DatabaseConnection.OpenAsync(address.WithDatabase("template1"), token);
        try
        {
            return await DatabaseConnection.OpenAsync(address.WithDatabase("postgres"), token);
        }
        // 3D000: dropped. 42501: CONNECT was revoked.
        catch (Fault refused) when (refused.InnerException is PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName or PostgresErrorCodes.InsufficientPrivilege })
        {
            return await DatabaseConnection.OpenAsync(address.WithDatabase("template1"), token);
        }
    }
}
