using System.Text.Json;
using Tidemark.Files;
using Tidemark.Postgres;
using Tidemark.Restores;

namespace Tidemark.Standbys;

/// <summary>What the server of a standby to be says of itself.</summary>
internal sealed record TargetFacts
{
    public required int Version { get; init; }

    /// <summary>See <see cref="PrimaryFacts.Identity"/>.</summary>
    public required string Identity { get; init; }

    public required string System { get; init; }

    public required string User { get; init; }

    public required bool Superuser { get; init; }

    /// <summary>Member of pg_create_subscription, which came with 16.</summary>
    public required bool MaySubscribe { get; init; }

    public required bool MayCreateDatabases { get; init; }

    public required bool MayCreateRoles { get; init; }

    /// <summary>Places for the origins of subscriptions; one each, and one for each table that is being copied.</summary>
    public required int Origins { get; init; }

    public required int OriginsUsed { get; init; }

    /// <summary>Of logical replication.</summary>
    public required int Workers { get; init; }

    public required int WorkersUsed { get; init; }

    public required int AllWorkers { get; init; }

    /// <summary>Tables copied at a time.</summary>
    public required int Copiers { get; init; }

    public required IReadOnlyList<string> Extensions { get; init; }

    public required IReadOnlyList<string> Roles { get; init; }

    public required IReadOnlyList<string> Subscriptions { get; init; }

    /// <summary>Statements that make a subscription would be logged, with the password in them.</summary>
    public required bool LogsAll { get; init; }

    public bool HasDatabase { get; init; }

    /// <summary>Also when it is not there.</summary>
    public bool IsEmpty { get; init; }

    /// <summary>Null: it is not on this machine.</summary>
    public long? FreeBytes { get; init; }

    public static async Task<TargetFacts> ReadAsync(DatabaseAddress target, CancellationToken token)
    {
        await using var connection = await MaintenanceConnection.OpenAsync(target, token);
        var facts = JsonSerializer.Deserialize(await connection.ScalarAsync<string>(Sql, token), StandbyJson.Default.TargetFacts)!;
        var exists = (await connection.DatabaseNamesAsync(token)).Contains(target.Database);
        var folder = await connection.DataFolderAsync(target, token);
        return facts with
        {
            HasDatabase = exists,
            IsEmpty = !exists || await RestoreFacts.IsEmptyAsync(target, token),
            FreeBytes = folder is not null && Directory.Exists(folder) ? FreeSpace.Of(folder) : null,
        };
    }

    private const string Sql = """
        select json_build_object(
          'version', current_setting('server_version_num')::int,
          'identity', (select system_identifier::text from pg_control_system()) || ' ' || extract(epoch from pg_postmaster_start_time()),
          'system', (select system_identifier::text from pg_control_system()),
          'user', current_user::text,
          'superuser', (select rolsuper from pg_roles where rolname = current_user),
          'maySubscribe', exists (select from pg_roles r where r.rolname = 'pg_create_subscription' and pg_has_role(r.oid, 'usage')),
          'mayCreateDatabases', (select rolcreatedb or rolsuper from pg_roles where rolname = current_user),
          'mayCreateRoles', (select rolcreaterole or rolsuper from pg_roles where rolname = current_user),
          'origins', coalesce(current_setting('max_active_replication_origins', true), current_setting('max_replication_slots'))::int,
          'originsUsed', (select count(*) from pg_replication_origin),
          'workers', current_setting('max_logical_replication_workers')::int,
          'workersUsed', (select count(*) from pg_stat_subscription where pid is not null),
          'allWorkers', current_setting('max_worker_processes')::int,
          'copiers', current_setting('max_sync_workers_per_subscription')::int,
          'extensions', (select coalesce(json_agg(name), '[]') from pg_available_extensions),
          'roles', (select json_agg(rolname) from pg_roles),
          'subscriptions', (select coalesce(json_agg(subname), '[]') from pg_subscription),
          'logsAll', current_setting('log_statement') = 'all' or current_setting('log_min_duration_statement')::text <> '-1')::text
        """;
}
