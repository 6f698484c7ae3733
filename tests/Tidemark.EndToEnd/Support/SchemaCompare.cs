using System.Globalization;
using Npgsql;

namespace Tidemark.EndToEnd.Support;

/// <summary>Asserts that two databases hold the same: definitions, rows, sequences, large objects.</summary>
internal static class SchemaCompare
{
    /// <summary>Fails with the first difference found; owners and privileges count unless they are said not to.</summary>
    public static async Task AssertEqualAsync(PostgresServer leftServer, string left, PostgresServer rightServer, string right, bool owners = true)
    {
        // One pg_dump for both: two majors write the same thing in different words.
        var clients = leftServer.Major >= rightServer.Major ? leftServer.Clients : rightServer.Clients;
        AssertSame("the definitions", await DefinitionsAsync(clients, leftServer, left, owners), await DefinitionsAsync(clients, rightServer, right, owners));

        await using var first = await leftServer.OpenAsync(left);
        await using var second = await rightServer.OpenAsync(right);
        AssertSame("the list of tables", await RowsAsync(first, Tables), await RowsAsync(second, Tables));
        foreach (var rows in await RowsAsync(first, Tables))
        {
            if (await DigestAsync(first, rows) != await DigestAsync(second, rows))
            {
                var sorted = $"SELECT line FROM ({rows}) AS lines ORDER BY line COLLATE \"C\"";
                AssertSame($"the rows of {rows}", await RowsAsync(first, sorted), await RowsAsync(second, sorted));
                Assert.Fail($"the rows of {rows} have another digest in each database");
            }
        }

        foreach (var sequence in await RowsAsync(first, Sequences))
        {
            var state = $"SELECT last_value || ' ' || is_called FROM {sequence}";
            AssertSame($"the sequence {sequence}", await RowsAsync(first, state), await RowsAsync(second, state));
        }

        AssertSame("the large objects", await RowsAsync(first, LargeObjects(owners)), await RowsAsync(second, LargeObjects(owners)));
    }

    private static async Task<string[]> DefinitionsAsync(string clients, PostgresServer server, string database, bool owners)
    {
        string[] without = owners ? [] : ["--no-owner", "--no-privileges"];
        var text = await ChildProcess.OutputAsync(Path.Combine(clients, "pg_dump"), ["--schema-only", .. without, "--dbname", server.SocketUrl(database)]);

        // A random word in every dump since the minor releases of August 2025, and the versions of server and client.
        return [.. text.Split('\n').Where(line => !line.StartsWith(@"\restrict ", StringComparison.Ordinal)
            && !line.StartsWith(@"\unrestrict ", StringComparison.Ordinal)
            && !line.StartsWith("-- Dumped ", StringComparison.Ordinal))];
    }

    /// <summary>For everything that holds rows of its own, the statement that reads them.</summary>
    /// <remarks>Columns by name, not by place: those of inheriting tables may come back from pg_dump in another order.
    /// Materialized views are left out: a restore refreshes them, so a stale one rightly comes back with other rows.</remarks>
    private const string Tables = """
        SELECT format('SELECT ROW(%s)::text AS line FROM ONLY %s', columns, c.oid::regclass)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        CROSS JOIN LATERAL (SELECT string_agg(quote_ident(attname), ', ' ORDER BY attname COLLATE "C") AS columns
                            FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped) AS of_table
        WHERE c.relkind = 'r' AND c.relpersistence <> 't'
          AND n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
        ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"
        """;

    private const string Sequences = """
        SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind = 'S' AND c.relpersistence <> 't' AND n.nspname NOT LIKE 'pg\_%'
        ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"
        """;

    private static string LargeObjects(bool owners) =>
        $"SELECT oid || ' ' || md5(lo_get(oid)){(owners ? " || ' ' || lomowner::regrole || ' ' || coalesce(lomacl::text, '')" : "")} FROM pg_largeobject_metadata ORDER BY oid";

    private static async Task<string> DigestAsync(NpgsqlConnection connection, string rows) =>
        (await RowsAsync(connection, $"""
            SELECT count(*) || ' ' || coalesce(md5(string_agg(md5(line), '' ORDER BY line COLLATE "C")), '') FROM ({rows}) AS lines
            """))[0];

    private static async Task<string[]> RowsAsync(NpgsqlConnection connection, string sql)
    {
        // Names come out the same whatever the database's own settings are.
        await using var command = new NpgsqlCommand("SET search_path = pg_catalog; SET statement_timeout = 0; SET row_security = off; " + sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
        {
            rows.Add(Convert.ToString(reader.GetValue(0), CultureInfo.InvariantCulture) ?? "");
        }

        return [.. rows];
    }

    private static void AssertSame(string what, string[] left, string[] right)
    {
        for (var i = 0; i < Math.Max(left.Length, right.Length); i++)
        {
            var one = left.ElementAtOrDefault(i);
            var other = right.ElementAtOrDefault(i);
            if (one != other)
            {
                var before = string.Join('\n', left.Skip(Math.Max(0, i - 5)).Take(Math.Min(i, 5)));
                Assert.Fail($"{what} differ at line {i + 1}, after\n{before}\n--- left\n{one ?? "(nothing)"}\n--- right\n{other ?? "(nothing)"}");
            }
        }
    }
}
