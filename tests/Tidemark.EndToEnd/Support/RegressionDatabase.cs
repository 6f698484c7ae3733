namespace Tidemark.EndToEnd.Support;

/// <summary>PostgreSQL's own regression database: about 1,500 relations, every kind of object, odd names. Takes about 40 s.</summary>
internal static class RegressionDatabase
{
    /// <summary>Inheriting tables whose columns come back in another order: known of pg_dump, and set aside by PostgreSQL's own tests, too.</summary>
    private const string Reordered = """
        DO $$
        DECLARE name text;
        BEGIN
            FOR name IN SELECT oid::regclass FROM pg_class WHERE relkind = 'r' AND (relname ~ '^gtestxx_' OR relname ~ '^test_type_diff2_c') LOOP
                EXECUTE 'DROP TABLE ' || name;
            END LOOP;
        END $$
        """;

    /// <summary>Makes the database `regression` (and roles beside it: so use a server of your own) on a server of 13, 15, 17 or 18.</summary>
    public static async Task<string> MakeAsync(PostgresServer server)
    {
        await ChildProcess.OutputAsync(Path.Combine(Workshop.Repository, "build", "regression-db"), [$"{server.Major}", $"{server.Port}", server.SocketFolder]);
        await server.ExecuteAsync("regression", Reordered);
        return "regression";
    }
}
