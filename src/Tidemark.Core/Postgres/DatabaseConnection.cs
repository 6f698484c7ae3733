using System.Net.Sockets;
using Npgsql;

namespace Tidemark.Postgres;

/// <summary>Opens SQL connections, and says in our own words why one could not be opened.</summary>
internal static class DatabaseConnection
{
    public static async Task<NpgsqlConnection> OpenAsync(DatabaseAddress address, CancellationToken token)
    {
        var builder = new NpgsqlSlimDataSourceBuilder(address.ToNpgsql().ConnectionString);
        builder.EnableTransportSecurity();
        builder.EnableArrays();
        await using var source = builder.Build();
        try
        {
            return await UnlimitedAsync(await source.OpenConnectionAsync(token), token);
        }
        catch (PostgresException refused)
        {
            throw Refused(refused, address);
        }
        catch (NpgsqlException unreachable)
        {
            throw Unreachable(unreachable, address);
        }
        catch (SocketException unreachable)
        {
            throw Unreachable(unreachable, address);
        }
        catch (TimeoutException unreachable)
        {
            throw Unreachable(unreachable, address);
        }
    }

    /// <summary>Limits that the database or the role sets for its applications must not end a backup, an ANALYZE or a count in the middle.</summary>
    private static async Task<NpgsqlConnection> UnlimitedAsync(NpgsqlConnection connection, CancellationToken token)
    {
        try
        {
            // idle_session_timeout came with 14, transaction_timeout with 17.
            await connection.ExecuteAsync("""
                select set_config(name, case name when 'default_transaction_read_only' then 'off' else '0' end, false) from pg_catalog.pg_settings
                 where name in ('statement_timeout', 'lock_timeout', 'transaction_timeout', 'idle_in_transaction_session_timeout', 'idle_session_timeout', 'default_transaction_read_only')
                """, token);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>The version of the server that a connection speaks with.</summary>
    public static ServerVersion Version(NpgsqlConnection connection) =>
        new(connection.PostgreSqlVersion.Major * 10000 + Math.Max(connection.PostgreSqlVersion.Minor, 0));

    private static Fault Refused(PostgresException refused, DatabaseAddress address) => refused.SqlState switch
    {
        PostgresErrorCodes.InvalidCatalogName => new Fault(FaultCode.Unreachable, "the database does not exist on the server", refused)
        {
            Where = address.ToString(),
            Why = refused.MessageText,
            Next = $"psql --list --dbname={Processes.ShellWord.Quote(address.WithDatabase("postgres").ToOpenUrl())} # the databases of this server",
        },
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification or PostgresErrorCodes.InsufficientPrivilege =>
            new Fault(FaultCode.AccessDenied, "the server refused the connection", refused)
            {
                Where = address.ToString(),
                Why = refused.MessageText,
                Next = "check the role and password in DATABASE_URL, and the server's pg_hba.conf",
            },
        _ => new Fault(FaultCode.Unreachable, "the server did not accept the connection", refused)
        {
            Where = address.ToString(),
            Why = $"{refused.MessageText} ({refused.SqlState})",
            Next = "try again when the server accepts connections",
        },
    };

    /// <summary>Of a socket that is not there the system says only "Cannot assign requested address".</summary>
    private static string? Silent(Exception unreachable, DatabaseAddress address) =>
        (unreachable as SocketException ?? unreachable.InnerException as SocketException)?.SocketErrorCode is SocketError.AddressNotAvailable or SocketError.ConnectionRefused && address.Places.All(place => place.IsSocket)
            ? $"no server listens on {string.Join(" or ", address.Places.Select(place => $"{place.Host}/.s.PGSQL.{place.Port}"))}" : null;

    private static Fault Unreachable(Exception unreachable, DatabaseAddress address)
    {
        // Npgsql reports a missing password on its side, without asking the server.
        var denied = unreachable.Message.StartsWith("No password", StringComparison.Ordinal);
        return new Fault(denied ? FaultCode.AccessDenied : FaultCode.Unreachable, denied ? "the server asks for a password" : "the server cannot be reached", unreachable)
        {
            Where = address.ToString(),
            Why = Silent(unreachable, address) ?? unreachable.InnerException?.Message ?? unreachable.Message,
            Next = denied ? "add the password to DATABASE_URL, or set PGPASSWORD or a passfile" : "check host and port in DATABASE_URL, and that the server runs",
        };
    }
}
