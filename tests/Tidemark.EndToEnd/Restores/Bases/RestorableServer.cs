using System.Globalization;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Restores.Bases;

/// <summary>
/// A server that archives by our program, with a base backup of 1,000 rows and, one commit behind the other, 2,000, 3,000 and 4,000 rows after it;
/// between them a moment, a transaction, a restore point. It is stopped: what is asked comes from the store.
/// </summary>
public sealed class RestorableServer : IAsyncLifetime
{
    public const int Major = 15;

    private readonly Scratch scratch = new("restorable");
    private PostgresServer? server;

    public string Store => scratch["store"];

    public string BackupId { get; private set; } = "";

    /// <summary>By the server's clock, to the microsecond: 1,000 and 2,000 rows were there.</summary>
    public string AtBackup { get; private set; } = "";

    public string AtTwoThousand { get; private set; } = "";

    public string AtEnd { get; private set; } = "";

    /// <summary>That brought 3,000.</summary>
    public string Transaction { get; private set; } = "";

    /// <summary>Behind it, before the restore point 'before_release'.</summary>
    public string Place { get; private set; } = "";

    public string Tablespace => scratch["space"];

    public PostgresServer Server => server!;

    public async ValueTask InitializeAsync()
    {
        File.SetUnixFileMode(scratch.Folder, (UnixFileMode)Convert.ToInt32("1777", 8));
        var call = await Bystander.PutProgramAsync(scratch.Folder);
        server = await PostgresServer.StartAsync(Major, new ServerOptions
        {
            Settings = new Dictionary<string, string>
            {
                ["archive_mode"] = "on",
                ["archive_command"] = $"env -i PATH=/usr/local/bin:/usr/bin:/bin HOME={scratch.Folder} BACKUP_DIR={Store} {call} wal push %p %f",
                ["track_commit_timestamp"] = "on",
                ["allow_in_place_tablespaces"] = "on",
                ["autovacuum"] = "off",
                ["checkpoint_timeout"] = "1h",
            },
        });
        await ChildProcess.OutputAsync("mkdir", [Tablespace], asServerUser: true);
        await server.ExecuteAsync("postgres", $"create tablespace outside location '{Tablespace}'");
        await server.ExecuteAsync("postgres", "create table rows (n int primary key, text text); create table elsewhere (n int) tablespace outside");
        await server.ExecuteAsync("postgres", "create tablespace in_place location ''");
        await server.ExecuteAsync("postgres", "create table in_place (n int) tablespace in_place");
        await InsertAsync(1, 1000);
        await ArchivedAsync();
        var program = TidemarkProgram.For(server, "postgres", scratch.Folder).With("BACKUP_DIR", Store);
        (await program.RunAsync("backup", "--kind", "base")).Ends();
        BackupId = (await program.RunAsync("list", "--json")).Ends().Json.GetProperty("backups")[0].GetProperty("id").GetString()!;
        AtBackup = await NowAsync();
        await InsertAsync(1001, 2000);
        AtTwoThousand = await NowAsync();
        Transaction = await InsertAsync(2001, 3000);
        Place = (await server.ScalarAsync<string>("postgres", "select pg_current_wal_insert_lsn()::text"))!;
        await server.ExecuteAsync("postgres", "select pg_create_restore_point('before_release')");
        await InsertAsync(3001, 4000);
        AtEnd = await NowAsync();
        await ArchivedAsync();
        await server.StopAsync();
    }

    /// <summary>In a folder of its own, with the server's programs on the PATH.</summary>
    public TidemarkProgram Program(Scratch at) => TidemarkProgram.For(Server, "postgres", at.Folder).With("BACKUP_DIR", Store);

    /// <summary>Empty, and the server's user's; where root asks, what is restored becomes the folder's owner's.</summary>
    public static async Task<string> FolderAsync(Scratch at, string name)
    {
        File.SetUnixFileMode(at.Folder, (UnixFileMode)Convert.ToInt32("1777", 8));
        await ChildProcess.OutputAsync("mkdir", ["-m", "700", at[name]], asServerUser: true);
        return at[name];
    }

    /// <summary>Rows that a server has which starts from a copy of the folder, once it has recovered as far as it should.</summary>
    public static async Task<long> RowsAsync(string folder)
    {
        await using var restored = await PostgresServer.StartAsync(Major, new ServerOptions { DataFrom = folder });
        await RecoveredAsync(restored);
        Assert.Equal("off", await restored.ScalarAsync<string>("postgres", "show archive_mode"));
        return await CountAsync(restored);
    }

    public static async Task RecoveredAsync(PostgresServer restored)
    {
        while (await restored.ScalarAsync<bool>("postgres", "select pg_is_in_recovery() and not pg_is_wal_replay_paused()")) await Task.Delay(20, TestContext.Current.CancellationToken);
    }

    /// <summary>Every row as it was written, and the same in the other tablespaces.</summary>
    public static async Task<long> CountAsync(PostgresServer restored)
    {
        var rows = await restored.ScalarAsync<long>("postgres", "select count(*) from rows where text = repeat(md5(n::text), 4)");
        Assert.Equal(rows, await restored.ScalarAsync<long>("postgres", "select count(*) from rows"));
        Assert.Equal(rows, await restored.ScalarAsync<long>("postgres", "select count(*) from elsewhere join in_place using (n)"));
        return rows;
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null) await server.DisposeAsync();
        scratch.Dispose();
    }

    private async Task<string> InsertAsync(int from, int to) =>
        (await Server.ScalarAsync<string>("postgres", $"with new as (insert into rows select n, repeat(md5(n::text), 4) from generate_series({from}, {to}) n returning n), more as (insert into elsewhere select n from new), most as (insert into in_place select n from new) select pg_current_xact_id()::xid::text"))!;

    private async Task<string> NowAsync() => (await Server.ScalarAsync<string>("postgres", "select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"))!;

    private async Task ArchivedAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(1));
        var last = await Server.ScalarAsync<string>("postgres", "select pg_walfile_name(pg_switch_wal() - 1)");
        while (string.Compare(await Server.ScalarAsync<string>("postgres", "select last_archived_wal from pg_stat_archiver"), last, CultureInfo.InvariantCulture, CompareOptions.Ordinal) < 0) await Task.Delay(20, patience.Token);
    }
}
