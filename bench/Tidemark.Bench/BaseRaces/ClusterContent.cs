using Npgsql;

namespace Tidemark.Bench.BaseRaces;

/// <summary>All rows of all tables of a server, as a few numbers to compare two by: of each database the count of its rows, and a sum over the hash of each.</summary>
internal static class ClusterContent
{
    private const string Databases = "select datname from pg_database where datallowconn and datname !~ '^template' order by 1";

    /// <summary>One statement of all: the sum does not depend on the order of the rows.</summary>
    private const string Statement = """
        select coalesce(string_agg(format('select %L as name, count(*) as rows, coalesce(sum(hashtextextended(t::text, 0)), 0) as hash from %s t', oid::regclass, oid::regclass), ' union all ' order by oid::regclass::text), 'select null::text as name, 0::bigint as rows, 0::numeric as hash where false')
        from pg_class where relkind = 'r' and relnamespace not in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace) and relpersistence = 'p'
        """;

    /// <param name="open">A connection to a database of the server.</param>
    public static string Of(Func<string, NpgsqlConnection> open) => string.Join(" · ", List(open, "postgres", Databases).Select(database => $"{database}: {OfDatabase(open, database)}"));

    private static string OfDatabase(Func<string, NpgsqlConnection> open, string database)
    {
        var statement = List(open, database, Statement)[0];
        return List(open, database, $"select sum(rows) || ' rows ' || md5(string_agg(name || rows || hash, ',' order by name)) from ({statement}) all_tables")[0];
    }

    private static List<string> List(Func<string, NpgsqlConnection> open, string database, string sql)
    {
        using var connection = open(database);
        using var command = new NpgsqlCommand(sql, connection);
        using var reader = command.ExecuteReader();
        var values = new List<string>();
        while (reader.Read()) values.Add(reader.IsDBNull(0) ? "nothing" : reader.GetString(0));
        return values;
    }
}
