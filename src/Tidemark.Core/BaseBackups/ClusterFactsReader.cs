using System.Globalization;
using System.Text;
using Npgsql;
using Tidemark.Postgres;

namespace Tidemark.BaseBackups;

/// <summary>Asks a server for <see cref="ClusterFacts"/>.</summary>
internal static class ClusterFactsReader
{
    /// <summary>Before 15 no database keeps the version of its default collation; the collation of that name says which the server has now.</summary>
    public const string VersionOfDefault = "(select pg_collation_actual_version(c.oid) from pg_collation c where c.collprovider = 'c' and c.collcollate = datcollate order by c.oid limit 1)";

    /// <exception cref="Fault">7: the role may not ask where the data lie.</exception>
    public static async Task<ClusterFacts> ReadAsync(NpgsqlConnection connection, CancellationToken token)
    {
        if (!await connection.ScalarAsync<bool>("select pg_catalog.pg_has_role('pg_read_all_settings', 'usage')", token)) throw MayNotAsk(connection);
        var spaces = await TablespacesAsync(connection, token);
        var collations = await CollationsAsync(connection, DatabaseConnection.Version(connection).Major, token);
        await using var command = new NpgsqlCommand("""
            select s.system_identifier, s.catalog_version_no, current_setting('server_version_num')::int, current_setting('data_directory'), current_setting('data_directory_mode'),
                   current_setting('block_size')::int, (select setting::int from pg_settings where name = 'segment_size'), (select setting::int from pg_settings where name = 'wal_segment_size'),
                   current_setting('data_checksums') = 'on', pg_is_in_recovery(), (extract(epoch from pg_postmaster_start_time()) * 1000000)::bigint, current_setting('port')::int
              from pg_control_system() s
            """, connection) { CommandTimeout = 0 };
        await using var reader = await command.ExecuteReaderAsync(token);
        await reader.ReadAsync(token);
        return new ClusterFacts
        {
            // PostgreSQL has no unsigned numbers.
            SystemIdentifier = unchecked((ulong)reader.GetInt64(0)),
            CatalogVersion = (uint)reader.GetInt32(1),
            Version = new ServerVersion(reader.GetInt32(2)),
            DataFolder = reader.GetString(3).TrimEnd('/'),
            FolderMode = (UnixFileMode)Convert.ToInt32(reader.GetString(4), 8),
            PageBytes = reader.GetInt32(5),
            SegmentPages = reader.GetInt32(6),
            WalSegmentBytes = reader.GetInt32(7),
            HasChecksums = reader.GetBoolean(8),
            IsStandby = reader.GetBoolean(9),
            Started = reader.GetInt64(10),
            Port = reader.GetInt32(11),
            Tablespaces = spaces,
            Collations = collations,
        };
    }

    private static async Task<IReadOnlyList<ClusterTablespace>> TablespacesAsync(NpgsqlConnection connection, CancellationToken token)
    {
        // One whose link is gone by now was dropped: its location comes as null.
        await using var command = new NpgsqlCommand("""
            select oid::text, spcname::text, pg_tablespace_location(oid) from pg_tablespace where spcname not in ('pg_default', 'pg_global') order by oid
            """, connection) { CommandTimeout = 0 };
        List<ClusterTablespace> spaces = [];
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            if (!reader.IsDBNull(2)) spaces.Add(new ClusterTablespace(uint.Parse(reader.GetString(0), CultureInfo.InvariantCulture), reader.GetString(1), reader.GetString(2)));
        }
        return spaces;
    }

    private static async Task<IReadOnlyList<DatabaseCollation>> CollationsAsync(NpgsqlConnection connection, int major, CancellationToken token)
    {
        var provider = major >= 15 ? "case datlocprovider when 'i' then 'icu' when 'b' then 'builtin' else 'libc' end" : "'libc'";
        var locale = major >= 17 ? "coalesce(datlocale, datcollate)" : major >= 15 ? "coalesce(daticulocale, datcollate::text)" : "datcollate::text";
        var version = major >= 15 ? "datcollversion" : VersionOfDefault;
        await using var command = new NpgsqlCommand($"select datname::text, {provider}, {locale}, {version} from pg_database where datallowconn order by oid", connection) { CommandTimeout = 0 };
        List<DatabaseCollation> collations = [];
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
            collations.Add(new DatabaseCollation(Encoding.UTF8.GetString(reader.GetFieldValue<byte[]>(0)), reader.GetString(1), reader.GetString(2), reader.IsDBNull(3) ? null : reader.GetString(3)));
        return collations;
    }

    private static Fault MayNotAsk(NpgsqlConnection connection) => new(FaultCode.AccessDenied, "the role may not ask where the server keeps its data")
    {
        Where = $"{connection.Host}:{connection.Port}",
        Why = "it is no member of pg_read_all_settings",
        Next = "run as a superuser: " + string.Join("; ", BackupGrants.Statements(connection.UserName ?? "", DatabaseConnection.Version(connection).Major)),
    };
}
