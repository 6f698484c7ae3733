using Tidemark.EndToEnd.BaseBackups;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Drills;

/// <summary>A base backup of 1,000 rows, and the WAL of 2,000 and 4,000 behind it. The server is stopped: what is asked comes from the store.</summary>
public sealed class BaseDrillServer : IAsyncLifetime
{
    private readonly Scratch scratch = new("drilled-base");
    private PostgresServer? server;

    public string BackupId { get; private set; } = "";

    /// <summary>By the server's clock: 2,000 rows were there.</summary>
    public string AtTwoThousand { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        server = await PostgresServer.StartAsync(15, new ServerOptions { Settings = new Dictionary<string, string> { ["autovacuum"] = "off" } });
        await server.ExecuteAsync("postgres", "create table rows (n int primary key, text text)");
        await InsertAsync(1, 1000);
        var taking = new BaseTaking(Program(scratch), server, isOverSql: false);
        BackupId = (await taking.TakeAsync()).GetProperty("id").GetString()!;
        await InsertAsync(1001, 2000);
        AtTwoThousand = (await server.ScalarAsync<string>("postgres", "select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"))!;
        await InsertAsync(2001, 4000);
        await taking.BringWalAsync();
        await server.StopAsync();
    }

    /// <summary>In a folder of its own, with the store of this server.</summary>
    public TidemarkProgram Program(Scratch at) => TidemarkProgram.For(server!, "postgres", at.Folder).With("BACKUP_DIR", scratch["store"]);

    /// <summary>Every program of it keeps its notes here.</summary>
    public string State => Path.Combine(scratch["store"], ".tidemark");

    public async ValueTask DisposeAsync()
    {
        if (server is not null) await server.DisposeAsync();
        scratch.Dispose();
    }

    private Task InsertAsync(int from, int to) => server!.ExecuteAsync("postgres", $"insert into rows select n, repeat(md5(n::text), 4) from generate_series({from}, {to}) n");
}
