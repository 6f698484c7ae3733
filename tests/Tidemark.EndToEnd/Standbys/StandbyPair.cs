using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Standbys;

/// <summary>Two real servers, a live database on the first, and the program set up for both.</summary>
public sealed class StandbyPair : IAsyncDisposable
{
    private const string Logical = "wal_level";
    private static int count;
    private readonly Scratch scratch = new("standby");

    private StandbyPair(PostgresServer primary, PostgresServer standby) => (Primary, Standby) = (primary, standby);

    public PostgresServer Primary { get; }

    public PostgresServer Standby { get; }

    public string Database { get; private set; } = "";

    /// <summary>Of the standby; unique, as slots are of whole servers.</summary>
    public string Name { get; } = $"west{Interlocked.Increment(ref count)}";

    public TidemarkProgram Program { get; private set; } = null!;

    public string State => Path.Combine(scratch.Folder, "backups", ".tidemark");

    public static Task<PostgresServer> StartPrimaryAsync(int major, string? password = null) =>
        PostgresServer.StartAsync(major, new ServerOptions { Password = password, Settings = new Dictionary<string, string> { [Logical] = "logical", ["log_statement"] = "all" } });

    /// <param name="primary">With logical WAL.</param>
    /// <param name="standby">Another server.</param>
    /// <param name="sql">More than "orders" with its thousand rows, "lines" that refer to them, and a partitioned table.</param>
    public static async Task<StandbyPair> OpenAsync(PostgresServer primary, PostgresServer standby, string sql = "")
    {
        var pair = new StandbyPair(primary, standby) { Database = await primary.CreateDatabaseAsync("shop") };
        await primary.ExecuteAsync(pair.Database, $"""
            CREATE TABLE "Orders" (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, note text NOT NULL);
            CREATE INDEX "by note" ON "Orders" (note);
            CREATE SCHEMA "Other side";
            CREATE TABLE "Other side".lines (id bigserial PRIMARY KEY, order_id bigint NOT NULL REFERENCES "Orders", pieces int NOT NULL CHECK (pieces > 0));
            CREATE TABLE days (day date, what text, PRIMARY KEY (day, what)) PARTITION BY RANGE (day);
            CREATE TABLE days_old PARTITION OF days FOR VALUES FROM ('2020-01-01') TO ('2025-01-01');
            CREATE TABLE days_new PARTITION OF days FOR VALUES FROM ('2025-01-01') TO ('2030-01-01');
            CREATE TABLE keyless (n int); ALTER TABLE keyless REPLICA IDENTITY FULL;
            CREATE TABLE pointed (n int NOT NULL, t text); CREATE UNIQUE INDEX pointed_by ON pointed (n); ALTER TABLE pointed REPLICA IDENTITY USING INDEX pointed_by;
            INSERT INTO "Orders" (note) SELECT repeat('x', 50) FROM generate_series(1, 1000);
            INSERT INTO "Other side".lines (order_id, pieces) SELECT id, 1 FROM "Orders";
            INSERT INTO days SELECT '2024-12-01'::date + n, 'd' || n FROM generate_series(1, 60) n;
            INSERT INTO keyless SELECT generate_series(1, 10); INSERT INTO pointed SELECT n, 't' FROM generate_series(1, 10) n;
            CREATE FUNCTION count_twice() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.pieces := NEW.pieces + 1; RETURN NEW; END';
            CREATE TRIGGER twice BEFORE INSERT ON "Other side".lines FOR EACH ROW EXECUTE FUNCTION count_twice();
            CREATE VIEW big AS SELECT * FROM "Other side".lines WHERE pieces > 1;
            {sql}
            """);
        pair.Program = TidemarkProgram.For(primary, pair.Database, pair.scratch.Folder).With("STANDBY_URL", standby.Url(pair.Database));
        return pair;
    }

    /// <summary>Makes the standby.</summary>
    public Task<ProgramResult> CreateAsync(params string[] more) => Program.RunAsync(["standby", "create", Name, "--target", "env:STANDBY_URL", .. more]);

    public Task<string> PrimaryContentAsync() => ContentAsync(Primary);

    public Task<string> StandbyContentAsync() => ContentAsync(Standby);

    /// <summary>Waits until both hold the same rows.</summary>
    public Task EqualAsync() => Restores.Until.TrueAsync(async () => await PrimaryContentAsync() == await StandbyContentAsync());

    /// <summary>What status says of it.</summary>
    public async Task<System.Text.Json.JsonElement> StatusAsync(int exitCode = 0) => (await Program.RunAsync("standby", "status", Name, "--json")).Ends(exitCode).Json.GetProperty("standbys")[0];

    /// <summary>Runs the script that mends a side.</summary>
    public async Task MendAsync(string side)
    {
        var script = scratch[side + ".sql"];
        await File.WriteAllTextAsync(script, (await Program.RunAsync("standby", "status", Name, "--script", side)).Ends().Output, TestContext.Current.CancellationToken);
        var server = side == "primary" ? Primary : Standby;
        await ChildProcess.OutputAsync(Path.Combine(server.Clients, "psql"), ["--no-psqlrc", "--set=ON_ERROR_STOP=1", $"--file={script}", server.SocketUrl(Database)]);
    }

    /// <summary>How many things of ours a server holds.</summary>
    public Task<long> OursAsync(PostgresServer server, string database)
    {
        ArgumentNullException.ThrowIfNull(server);
        return server.ScalarAsync<long>(database, $"""
            SELECT (SELECT count(*) FROM pg_publication) + (SELECT count(*) FROM pg_replication_slots WHERE slot_name = 'tidemark_{Name}' OR database = '{Database}')
                + (SELECT count(*) FROM pg_subscription WHERE subname = 'tidemark_{Name}') + (SELECT count(*) FROM pg_namespace WHERE nspname = 'tidemark_standby')
            """);
    }

    public ValueTask DisposeAsync()
    {
        scratch.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<string> ContentAsync(PostgresServer server) => (await server.ScalarAsync<string>(Database, """
        SELECT (SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, ',' ORDER BY id)), '') FROM "Orders" t) || ' ' || (SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, ',' ORDER BY id)), '') FROM "Other side".lines t)
            || ' ' || (SELECT md5(string_agg(t::text, ',' ORDER BY day, what)) FROM days t) || ' ' || (SELECT md5(string_agg(t::text, ',' ORDER BY n)) FROM keyless t) || ' ' || (SELECT md5(string_agg(t::text, ',' ORDER BY n)) FROM pointed t)
        """))!;
}
