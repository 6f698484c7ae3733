using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Restores;

/// <summary>A small live database on a shared server, a folder for its backups, and the program set up for both.</summary>
public sealed class Shop : IDisposable
{
    private readonly Scratch scratch = new("shop");

    private Shop(PostgresServer server, string database)
    {
        (Server, Database) = (server, database);
        Program = TidemarkProgram.For(server, database, scratch.Folder);
    }

    public PostgresServer Server { get; }

    public string Database { get; }

    public TidemarkProgram Program { get; }

    public string Folder => scratch.Folder;

    public string State => Path.Combine(scratch.Folder, "backups", ".tidemark");

    /// <param name="server">Where.</param>
    /// <param name="stem">Begins the database's name; any characters.</param>
    /// <param name="sql">More than the table "orders" with its thousand rows of version 1.</param>
    public static async Task<Shop> OpenAsync(PostgresServer server, string stem = "shop", string sql = "")
    {
        ArgumentNullException.ThrowIfNull(server);
        var shop = new Shop(server, await server.CreateDatabaseAsync(stem));
        await server.ExecuteAsync(shop.Database, $"""
            CREATE TABLE orders (id int PRIMARY KEY, version int NOT NULL, note text);
            INSERT INTO orders SELECT i, 1, repeat('x', 100) FROM generate_series(1, 1000) i;
            CREATE INDEX ON orders (note);
            {sql}
            """);
        return shop;
    }

    /// <summary>Takes a backup and returns its id.</summary>
    public async Task<string> BackUpAsync(params string[] arguments) =>
        (await Program.RunAsync(["backup", "--json", .. arguments])).Ends().Json.GetProperty("backups")[0].GetProperty("id").GetString()!;

    /// <summary>What happens after the backup: every row gets this version.</summary>
    public Task MoveOnAsync(int version = 2) => Server.ExecuteAsync(Database, $"UPDATE orders SET version = {version}");

    /// <summary>The version that all thousand rows have; 0 when they are not all there or differ.</summary>
    public async Task<int> VersionAsync(string? database = null) =>
        await Server.ScalarAsync<int?>(database ?? Database, "SELECT CASE WHEN count(*) = 1000 AND min(version) = max(version) THEN min(version) END FROM orders") ?? 0;

    /// <summary>Names of this shop's databases: its own and those whose names begin with it.</summary>
    public async Task<string[]> DatabasesAsync() =>
        await Server.ScalarAsync<string[]>("postgres", $"SELECT array_agg(datname::text ORDER BY datname) FROM pg_database WHERE starts_with(datname, {Quoted(Database)})") ?? [];

    /// <summary>All audit actions so far, in order.</summary>
    public string[] Audited() => [.. File.ReadLines(Path.Combine(State, "audit.jsonl")).Select(line => System.Text.Json.JsonDocument.Parse(line).RootElement.GetProperty("action").GetString()!)];

    public string Write(string name, string text)
    {
        File.WriteAllText(scratch[name], text);
        return scratch[name];
    }

    /// <summary>Runs a client program of the server's own.</summary>
    public Task<string> ClientAsync(string program, params string[] arguments) => ChildProcess.OutputAsync(Path.Combine(Server.Clients, program), arguments);

    public static string Quoted(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'";
    }

    public void Dispose() => scratch.Dispose();
}
