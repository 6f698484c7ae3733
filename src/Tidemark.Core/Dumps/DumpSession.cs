using Npgsql;
using Tidemark.Postgres;

namespace Tidemark.Dumps;

/// <summary>Our own connection beside pg_dump: it holds the snapshot that pg_dump reads, and asks what pg_dump does not say.</summary>
internal sealed class DumpSession : IAsyncDisposable
{
    private readonly NpgsqlConnection connection;
    private NpgsqlTransaction? transaction;

    private DumpSession(NpgsqlConnection connection) => this.connection = connection;

    public ServerVersion Server => DatabaseConnection.Version(connection);

    public required DatabaseFacts Facts { get; init; }

    /// <summary>The server's clock just before the snapshot was taken: no commit before it is missing from the dump.</summary>
    public DateTimeOffset RecoveryPoint { get; private set; }

    /// <summary>Handed to pg_dump --snapshot, so that the recovery point is exact and what we ask is true for what it dumps.</summary>
    public string Snapshot { get; private set; } = "";

    public WriteCounters? Writes { get; private set; }

    public string? SystemIdentifier { get; private set; }

    public bool IsSuperuser { get; private set; }

    public IReadOnlyDictionary<(string Schema, string Table), long> TableSizes { get; private set; } = new Dictionary<(string, string), long>();

    /// <summary>What a dump of this snapshot will not hold.</summary>
    public IReadOnlyList<CoverageGap> Gaps { get; private set; } = [];

    public static async Task<DumpSession> OpenAsync(DatabaseAddress address, string database, CancellationToken token)
    {
        var connection = await DatabaseConnection.OpenAsync(address, token);
        try
        {
            var facts = await DatabaseFactsReader.ReadAsync(connection, DatabaseConnection.Version(connection), database, token)
                // The server cuts a longer name to 63 bytes and lets us in.
                ?? throw new Fault(FaultCode.Unreachable, "the server knows no database of exactly this name") { Where = $"database \"{database}\"", Why = "names are at most 63 bytes long", Next = "check the database name in DATABASE_URL" };
            return new DumpSession(connection) { Facts = facts };
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public async Task TakeSnapshotAsync(CancellationToken token)
    {
        // An idle transaction is what we are while pg_dump starts; a pooler's or the server's limits must not end it.
        await ExecuteAsync("set idle_in_transaction_session_timeout = 0; set statement_timeout = 0; set search_path = pg_catalog", token);
        transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, token);
        await using (var command = new NpgsqlCommand("""
            select transaction_timestamp(), pg_export_snapshot(), (select system_identifier::text from pg_control_system()),
                   current_setting('is_superuser') = 'on', tup_inserted, tup_updated, tup_deleted, stats_reset
              from pg_stat_database where datname = current_database()
            """, connection, transaction))
        await using (var reader = await command.ExecuteReaderAsync(token))
        {
            await reader.ReadAsync(token);
            RecoveryPoint = reader.GetFieldValue<DateTimeOffset>(0).ToUniversalTime();
            Snapshot = reader.GetString(1);
            SystemIdentifier = reader.GetString(2);
            IsSuperuser = reader.GetBoolean(3);
            Writes = new WriteCounters(reader.GetInt64(4), reader.GetInt64(5), reader.GetInt64(6), reader.IsDBNull(7) ? null : reader.GetFieldValue<DateTimeOffset>(7));
        }
        // All that is asked is asked now: once pg_dump has the snapshot, this connection may be lost without harm.
        TableSizes = await TableSizesAsync(token);
        Gaps = await CoverageGaps.FindAsync(connection, token);
    }

    /// <summary>Who keeps pg_dump from its tables; none when it cannot be asked any more.</summary>
    public async Task<IReadOnlyList<TableBlocker>> BlockersAsync(CancellationToken token)
    {
        try
        {
            return await TableBlocker.FindAsync(connection, token);
        }
        catch (Exception lost) when (lost is NpgsqlException or InvalidOperationException or IOException)
        {
            return [];
        }
    }

    public Task RequireReadableAsync(CancellationToken token) => ReadableTables.RequireAsync(connection, Server, token);

    /// <summary>Bytes by table, TOAST included, from the planner's page counts: asking for exact sizes would wait for locks.</summary>
    private async Task<IReadOnlyDictionary<(string, string), long>> TableSizesAsync(CancellationToken token)
    {
        await using var command = new NpgsqlCommand("""
            select n.nspname, c.relname, (greatest(c.relpages, 1) + coalesce(t.relpages, 0))::bigint * current_setting('block_size')::bigint
              from pg_class c join pg_namespace n on n.oid = c.relnamespace left join pg_class t on t.oid = c.reltoastrelid
             where c.relkind = 'r' and c.relpersistence <> 't' and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
               and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
            """, connection, transaction);
        var sizes = new Dictionary<(string, string), long>();
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token)) sizes[(reader.GetString(0), reader.GetString(1))] = reader.GetInt64(2);
        return sizes;
    }

    private async Task ExecuteAsync(string sql, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(token);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (transaction is not null) await transaction.DisposeAsync();
            await connection.DisposeAsync();
        }
        catch (Exception lost) when (lost is NpgsqlException or InvalidOperationException or IOException)
        {
            // It has nothing more to give, and a whole dump is not thrown away for it.
        }
    }
}
