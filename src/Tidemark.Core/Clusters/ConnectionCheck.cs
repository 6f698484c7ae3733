using Npgsql;
using Tidemark.Configuration;
using Tidemark.Postgres;

namespace Tidemark.Clusters;

/// <summary>Connects as a backup would: as whom, to which server, and whether others can listen in.</summary>
internal static class ConnectionCheck
{
    private static readonly CheckSubject Subject = new("connection", "log in to the database", FaultCode.Unreachable);

    public static async Task<(Check Check, ProbedServer? Server)> LookAsync(DatabaseAddress? address, ConfigurationReading reading, CancellationToken token)
    {
        if (address is null)
            return (reading.Faults.Any(fault => fault.StartsWith(SettingCatalogue.DatabaseUrl.Name, StringComparison.Ordinal))
                ? Subject.NotLookedAt("DATABASE_URL cannot be used: see the settings above")
                : Subject.Fail(new Fault(FaultCode.NoDatabase, "neither DATABASE_URL nor PG* variables name a database") { Next = "export DATABASE_URL=postgresql://user@host/database" }), null);
        ProbedServer? server = null;
        var check = await Subject.LookAsync(async () =>
        {
            var connection = await DatabaseConnection.OpenAsync(address, token);
            try
            {
                var facts = await FactsAsync(connection, token);
                var version = DatabaseConnection.Version(connection);
                // The server cuts a longer name to 63 bytes and lets us in.
                if (await DatabaseFactsReader.ReadAsync(connection, version, address.Database, token) is not { } database)
                    return Subject.Fail($"the server knows no database of exactly the name \"{address.Database}\"", "check the database name in DATABASE_URL: at most 63 bytes");
                server = new(connection, address, version, database, facts.Role, facts.Superuser);
                return Judge(facts, version, address.Database);
            }
            finally
            {
                if (server is null) await connection.DisposeAsync();
            }
        });
        return (check, server);
    }

    private static async Task<ConnectionFacts> FactsAsync(NpgsqlConnection connection, CancellationToken token)
    {
        await using var command = new NpgsqlCommand("""
            select current_user::text, current_setting('is_superuser') = 'on', pg_is_in_recovery(), (select version from pg_stat_ssl where pid = pg_backend_pid() and ssl)
            """, connection);
        await using var reader = await command.ExecuteReaderAsync(token);
        await reader.ReadAsync(token);
        return new(new ServerPlace(connection.Host ?? "", connection.Port), reader.GetString(0), reader.GetBoolean(1), reader.GetBoolean(2), reader.IsDBNull(3) ? null : reader.GetString(3));
    }

    public static Check Judge(ConnectionFacts facts, ServerVersion version, string database)
    {
        var found = $"role \"{facts.Role}\"{(facts.Superuser ? " (superuser)" : "")} in database \"{database}\" on PostgreSQL {version} at {facts.Place}{(facts.Standby ? ", a standby" : "")}, {facts.Tls ?? "no TLS"}";
        return facts.Tls is null && !facts.Place.IsHere
            ? Subject.Warn($"{found}: password and data can be read on the network", "add sslmode=verify-full (or, without the server's root certificate, sslmode=require) to DATABASE_URL")
            : Subject.Ok(found);
    }
}

/// <param name="Place">Where we came out, of several.</param>
/// <param name="Role">As whom.</param>
/// <param name="Superuser">Of that role.</param>
/// <param name="Standby">The server follows another one.</param>
/// <param name="Tls">The protocol's version; null without TLS.</param>
internal sealed record ConnectionFacts(ServerPlace Place, string Role, bool Superuser, bool Standby, string? Tls);
