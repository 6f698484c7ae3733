using Npgsql;

namespace Tidemark.Postgres;

/// <summary>Reads <see cref="DatabaseFacts"/> from pg_database and its neighbours; the columns differ by major (15, 16 and 17 added some).</summary>
internal static class DatabaseFactsReader
{
    public static async Task<DatabaseFacts?> ReadAsync(NpgsqlConnection connection, ServerVersion server, string database, CancellationToken token)
    {
        var provider = server.Major >= 15 ? "case datlocprovider when 'i' then 'icu' when 'b' then 'builtin' else 'libc' end" : "'libc'";
        var locale = server.Major >= 17 ? "datlocale" : server.Major >= 15 ? "daticulocale" : "null::text";
        var rules = server.Major >= 16 ? "daticurules" : "null::text";
        var version = server.Major >= 15 ? "datcollversion" : "null::text";
        DatabaseFacts facts;
        await using (var command = new NpgsqlCommand($"""
            select d.oid, pg_get_userbyid(datdba), pg_encoding_to_char(encoding), datcollate::text, datctype::text, {provider}, {locale}, {rules}, {version},
                   datconnlimit, datallowconn, shobj_description(d.oid, 'pg_database'), datacl is not null,
                   case when has_database_privilege(d.oid, 'connect') or pg_has_role('pg_read_all_stats', 'member') then pg_database_size(d.oid) end
              from pg_database d where datname = $1
            """, connection) { Parameters = { new() { Value = database } } })
        await using (var reader = await command.ExecuteReaderAsync(token))
        {
            if (!await reader.ReadAsync(token)) return null;
            facts = new DatabaseFacts
            {
                Name = database,
                Oid = reader.GetFieldValue<uint>(0),
                Owner = reader.GetString(1),
                Encoding = reader.GetString(2),
                Collate = reader.GetString(3),
                Ctype = reader.GetString(4),
                Provider = reader.GetString(5),
                Locale = Text(reader, 6),
                IcuRules = Text(reader, 7),
                CollationVersion = Text(reader, 8),
                ConnectionLimit = reader.GetInt32(9),
                AllowsConnections = reader.GetBoolean(10),
                Comment = Text(reader, 11),
                Grants = reader.GetBoolean(12) ? [] : null,
                Size = reader.IsDBNull(13) ? null : reader.GetInt64(13),
            };
        }
        return facts with
        {
            Settings = await SettingsAsync(connection, facts.Oid, token),
            Grants = facts.Grants is null ? null : await GrantsAsync(connection, facts.Oid, token),
        };
    }

    private static async Task<IReadOnlyList<DatabaseSetting>> SettingsAsync(NpgsqlConnection connection, uint oid, CancellationToken token)
    {
        await using var command = new NpgsqlCommand("""
            select case when setrole = 0 then null else pg_get_userbyid(setrole) end, unnest(setconfig)
              from pg_db_role_setting where setdatabase = $1 order by 1 nulls first, 2
            """, connection) { Parameters = { new() { Value = oid, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Oid } } };
        var settings = new List<DatabaseSetting>();
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
        {
            var pair = reader.GetString(1).Split('=', 2);
            settings.Add(new DatabaseSetting(Text(reader, 0), pair[0], pair[1]));
        }
        return settings;
    }

    private static async Task<IReadOnlyList<DatabaseGrant>> GrantsAsync(NpgsqlConnection connection, uint oid, CancellationToken token)
    {
        await using var command = new NpgsqlCommand("""
            select case when a.grantee = 0 then null else pg_get_userbyid(a.grantee) end, a.privilege_type, a.is_grantable
              from pg_database d, aclexplode(d.datacl) a where d.oid = $1 order by 1 nulls first, 2
            """, connection) { Parameters = { new() { Value = oid, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Oid } } };
        var grants = new List<DatabaseGrant>();
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token)) grants.Add(new DatabaseGrant(Text(reader, 0), reader.GetString(1), reader.GetBoolean(2)));
        return grants;
    }

    private static string? Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
}
