using Npgsql;
using Tidemark.Dumps;
using Tidemark.Files;
using Tidemark.Postgres;

namespace Tidemark.Restores;

/// <summary>Everything the planner needs to know about the server, asked once, before anything is changed.</summary>
internal sealed record RestoreFacts
{
    public required ServerVersion Server { get; init; }

    public required DateTimeOffset ServerTime { get; init; }

    public required ClientChoice Client { get; init; }

    /// <summary>See <see cref="RestrictedPsql.HoldsAsync"/>; false for an archive, which psql does not see.</summary>
    public bool PsqlCanBeRestricted { get; init; }

    /// <summary>The live database; null when it does not exist.</summary>
    public DatabaseFacts? Live { get; init; }

    public WriteCounters? LiveWrites { get; init; }

    public IReadOnlyList<string> LiveSessions { get; init; } = [];

    /// <summary>What would make the swap fail or hurt somebody: prepared transactions, logical slots, subscriptions.</summary>
    public IReadOnlyList<string> Blockers { get; init; } = [];

    public required IReadOnlySet<string> Databases { get; init; }

    /// <summary>The database that receives the rows.</summary>
    public required string TargetName { get; init; }

    /// <summary>The database to restore into, if it exists already (modes Into and InPlace).</summary>
    public DatabaseFacts? Target { get; init; }

    public bool TargetIsEmpty { get; init; }

    /// <summary>Whether the database that would be changed is one that new databases are copied from.</summary>
    public bool ChangesTemplate { get; init; }

    /// <summary>Tables of the target that hold rows already, of those that only rows would be restored into.</summary>
    public IReadOnlyList<string> FilledTables { get; init; } = [];

    /// <summary>What <c>tidemark.environment</c> says on the server for the database that would be changed.</summary>
    public string? ServerEnvironment { get; init; }

    public required IReadOnlySet<string> Roles { get; init; }

    public required IReadOnlySet<string> Tablespaces { get; init; }

    public required bool MayCreateDatabases { get; init; }

    public bool MayCreateRoles { get; init; } = true;

    public string? SystemIdentifier { get; init; }

    public long? FreeBytes { get; init; }

    public static async Task<RestoreFacts> AskAsync(RestoreOptions options, StoredForm form, DateTimeOffset now, ServerVersion? dumpedBy, PostgresBinaries binaries, CancellationToken token)
    {
        RestorePlanner.CheckName(options.ToDatabase);
        await using var connection = await MaintenanceConnection.OpenAsync(options.Address, token);
        var server = DatabaseConnection.Version(connection);
        var client = await binaries.ChooseForRestoreAsync(server, dumpedBy, token);
        var live = options.Address.Database;
        var databases = await connection.DatabaseNamesAsync(token);
        var target = RestorePlanner.TargetOf(options, databases, now);
        var liveFacts = await DatabaseFactsReader.ReadAsync(connection, server, live, token);
        var targetFacts = target == live ? liveFacts : await DatabaseFactsReader.ReadAsync(connection, server, target, token);
        var changed = options.Mode switch { RestoreMode.Beside => null, RestoreMode.Into => target, _ => live };
        var template = changed is not null && await connection.ScalarAsync<bool>($"select datistemplate from pg_database where datname = {SqlText.Literal(changed)}", token);
        return new RestoreFacts
        {
            Server = server,
            Client = client,
            PsqlCanBeRestricted = form != StoredForm.Archive && await RestrictedPsql.HoldsAsync(client.Tools.Psql, options.Address.WithDatabase(connection.Database), token),
            ServerTime = await connection.ScalarAsync<DateTime>("select clock_timestamp()", token),
            Live = liveFacts,
            LiveWrites = await WritesAsync(connection, live, token),
            LiveSessions = await connection.ColumnAsync($"""
                select usename || coalesce(' from ' || nullif(application_name, ''), '') || case when count(*) > 1 then ' (' || count(*) || ' sessions)' else '' end
                  from pg_stat_activity where datname = {SqlText.Literal(live)} and pid <> pg_backend_pid() and backend_type = 'client backend' group by usename, application_name order by 1
                """, token),
            Blockers = await SwapBlockers.FindAsync(connection, live, token),
            Databases = databases,
            TargetName = target,
            Target = targetFacts,
            // A template may let nobody in (template0), and is refused whatever it holds.
            TargetIsEmpty = targetFacts is null || (!template && await IsEmptyAsync(options.Address.WithDatabase(target), token)),
            ChangesTemplate = template,
            ServerEnvironment = await ProductionGuard.ServerSaysAsync(connection, options.Address, [options.Mode is RestoreMode.Into ? target : live], token),
            Roles = await connection.RoleNamesAsync(token),
            Tablespaces = (await connection.ColumnAsync("select spcname from pg_tablespace", token)).ToHashSet(StringComparer.Ordinal),
            MayCreateDatabases = await connection.ScalarAsync<bool>("select rolcreatedb or rolsuper from pg_roles where rolname = current_user", token),
            MayCreateRoles = await connection.ScalarAsync<bool>("select rolcreaterole or rolsuper from pg_roles where rolname = current_user", token),
            SystemIdentifier = await connection.SystemIdentifierAsync(token),
            FreeBytes = await FreeBytesAsync(connection, options.Address, token),
        };
    }

    internal static async Task<bool> IsEmptyAsync(DatabaseAddress address, CancellationToken token)
    {
        await using var connection = await DatabaseConnection.OpenAsync(address, token);
        return await connection.ScalarAsync<bool>("""
            select not exists (select from pg_class c where c.oid >= 16384 and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'))
               and not exists (select from pg_proc p where p.oid >= 16384 and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e'))
               and not exists (select from pg_type t where t.oid >= 16384 and not exists (select from pg_depend d where d.classid = 'pg_type'::regclass and d.objid = t.oid and d.deptype = 'e'))
               and not exists (select from pg_largeobject_metadata)
            """, token);
    }

    private static async Task<WriteCounters?> WritesAsync(NpgsqlConnection connection, string database, CancellationToken token)
    {
        await using var command = new NpgsqlCommand("select tup_inserted, tup_updated, tup_deleted, stats_reset from pg_stat_database where datname = $1", connection) { Parameters = { new() { Value = database } } };
        await using var reader = await command.ExecuteReaderAsync(token);
        return await reader.ReadAsync(token) ? new WriteCounters(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.IsDBNull(3) ? null : reader.GetFieldValue<DateTimeOffset>(3)) : null;
    }

    private static async Task<long?> FreeBytesAsync(NpgsqlConnection connection, DatabaseAddress address, CancellationToken token)
    {
        var directory = await connection.DataFolderAsync(address, token);
        return directory is not null && Directory.Exists(directory) ? FreeSpace.Of(directory) : null;
    }
}
