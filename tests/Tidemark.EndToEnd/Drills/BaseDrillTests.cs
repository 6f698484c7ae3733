using System.Globalization;
using System.Text.Json;
using Tidemark.EndToEnd.Dumps;
using Tidemark.EndToEnd.Restores;
using Tidemark.EndToEnd.Restores.Bases;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Drills;

/// <summary>A whole server in a drill: at a random moment, at one that is asked for, and under load.</summary>
public sealed class BaseDrillTests(BaseDrillServer source) : IClassFixture<BaseDrillServer>, IDisposable
{
    private readonly Scratch scratch = new("base-drills");

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData(false, """[{ "name": "rows", "sql": "select count(*) from rows where text = repeat(md5(n::text), 4)", "min": 1000, "max": 4000 }, { "name": "none is lost", "sql": "select count(*) = max(n) from rows" }]""", "passed")]
    [InlineData(true, """[{ "name": "rows", "sql": "select count(*) from rows", "equals": 2000 }]""", "passed")]
    [InlineData(true, """[{ "name": "rows", "sql": "select count(*) from rows", "equals": 4000 }]""", "failed")]
    public async Task It_comes_back_at_the_moment_with_every_database_looked_at(bool asked, string questions, string result)
    {
        var program = Program();
        await File.WriteAllTextAsync(scratch["questions.json"], questions, TestContext.Current.CancellationToken);
        program.With("BACKUP_DRILL_ASSERTIONS", scratch["questions.json"]);
        string[] at = asked ? ["--at", source.AtTwoThousand] : [];
        var drill = (await program.RunAsync(["drill", "run", "--kind", "base", "--json", .. at])).Ends(result == "passed" ? 0 : 10);
        Assert.Equal(result, DrillShop.Result(drill));
        var checks = DrillShop.Checks(drill);
        Assert.Subset(checks.Keys.ToHashSet(), new HashSet<string> { "restored files", "recovery target", "amcheck of \"postgres\"", "index-only against sequential counts of \"postgres\"", "assertion \"rows\"" });
        Assert.Equal(source.BackupId, drill.Json.GetProperty("subject").GetProperty("backupId").GetString());
        Assert.StartsWith(asked ? "as asked for: " : "a random moment of ", drill.Json.GetProperty("subject").GetProperty("picked").GetString(), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(scratch["tmp"]));
        (await program.RunAsync("drill", "verify")).Ends();
    }

    /// <summary>Nobody is left who would end its server.</summary>
    [Fact]
    public async Task A_killed_one_leaves_nothing_running_and_the_next_start_removes_the_rest_and_tells_and_the_next_that_passes_is_a_proof()
    {
        var program = Program().With("BACKUP_DRILL_ASSERTIONS", scratch["questions.json"]);
        await File.WriteAllTextAsync(scratch["questions.json"], """[{ "name": "slow", "sql": "select true from pg_sleep(600)" }]""", TestContext.Current.CancellationToken);
        int server;
        await using (var running = await program.StartAsync("drill", "run", "--kind", "base"))
        {
            await Until.TrueAsync(() => Task.FromResult(Servers() is [var folder] && DrillProcesses.IsAsleep(folder)));
            server = DrillShop.ProcessOf(Servers().Single())!.Value;
            DrillProcesses.KillWithKeepers(running);
            await running.EndAsync();
        }
        Assert.True(Directory.Exists($"/proc/{server}"));
        Assert.Single(Servers());

        program.With("BACKUP_DRILL_ASSERTIONS", null);
        var next = (await program.RunAsync("drill", "run", "--kind", "base", "--at", source.AtTwoThousand, "--json")).Ends();
        Assert.Contains("tidied up: removed the private server of a drill that was ended", next.Errors, StringComparison.Ordinal);
        Assert.Contains("tidied up: the drill of \"default\" that began at ", next.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists($"/proc/{server}"));
        Assert.Empty(Servers());
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(source.State, "drilling")));

        var now = Base(await program.RunAsync("status", "--json"));
        var proof = now.GetProperty("proof");
        Assert.Equal((source.BackupId, next.Json.GetProperty("id").GetString()), (proof.GetProperty("backupId").GetString(), proof.GetProperty("provenBy").GetString()));
        Assert.Equal(DateTimeOffset.Parse(source.AtTwoThousand, CultureInfo.InvariantCulture), proof.GetProperty("provenPoint").GetDateTimeOffset());
        Assert.Equal(next.Json.GetProperty("measured").GetProperty("rtoSeconds").GetDouble(), proof.GetProperty("measuredRtoSeconds").GetDouble());
        Assert.InRange(now.GetProperty("restoresMeasured").GetInt32(), 1, 10);
        Assert.InRange(now.GetProperty("restoreForecastSeconds").GetDouble(), 0.1, 600);
        Assert.Contains("tidemark_base_proven_point_age_seconds{", (await program.RunAsync("metrics")).Ends().Output, StringComparison.Ordinal);
        Assert.Contains("last proven one", (await program.RunAsync("prune", "--dry-run", "--json")).Ends().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_moment_that_cannot_be_reached_fails_and_flags_of_dumps_are_refused()
    {
        var program = Program();
        Assert.Equal("failed", DrillShop.Result((await program.RunAsync("drill", "run", "--kind", "base", "--at", "2099-01-01T00:00:00Z", "--json")).Ends(10)));
        (await program.RunAsync("drill", "run", "--kind", "base", "--sabotage")).Ends(2);
        (await program.RunAsync("drill", "run", "--at", "latest")).Ends(2);
    }

    [Fact, Trait("takes", "minutes")]
    public async Task An_index_that_lacks_rows_is_found_by_amcheck_and_by_its_count()
    {
        await using var server = await PostgresServer.StartAsync(15, new ServerOptions { Settings = new Dictionary<string, string> { ["allow_system_table_mods"] = "on" } });
        await server.ExecuteAsync("postgres", "create table broken (n int); create index lacking on broken (n); update pg_index set indisready = false where indexrelid = 'lacking'::regclass");
        await server.ExecuteAsync("postgres", "insert into broken select generate_series(1, 1000)");
        await server.ExecuteAsync("postgres", "update pg_index set indisready = true where indexrelid = 'lacking'::regclass");
        var program = Prepared(TidemarkProgram.For(server, "postgres", scratch.Folder));
        (await program.RunAsync("backup", "--kind", "base")).Ends();
        var drill = (await program.RunAsync("drill", "run", "--kind", "base", "--json")).Ends(10);
        Assert.StartsWith("amcheck of \"postgres\": index lacking: heap tuple", DrillShop.Reason(drill), StringComparison.Ordinal);
        Assert.Equal("table broken has 1000 rows, and 0 by an index", DrillShop.Checks(drill)["index-only against sequential counts of \"postgres\""].GetProperty("why").GetString());
    }

    /// <summary>pgbench keeps three sums equal in every transaction: whatever moment comes back, they are.</summary>
    [Fact, Trait("takes", "minutes")]
    public async Task Ten_random_seconds_under_load_pass()
    {
        await using var server = await PostgresServer.StartAsync(15);
        File.SetUnixFileMode(scratch.Folder, (UnixFileMode)Convert.ToInt32("1777", 8));
        var program = Prepared(TidemarkProgram.For(server, "postgres", scratch.Folder)).With("BACKUP_WAL_SHIP_EVERY", "1s");
        program.With("PATH", $"{server.Programs}:{program.Environment["PATH"]}");
        await ChildProcess.OutputAsync(Path.Combine(server.Clients, "pgbench"), ["-i", "-q", "-s", "2", server.SocketUrl()]);
        await File.WriteAllTextAsync(scratch["questions.json"], """
            [{ "name": "sums", "sql": "select (select sum(abalance) from pgbench_accounts) = (select sum(tbalance) from pgbench_tellers) and (select sum(tbalance) from pgbench_tellers) = (select sum(bbalance) from pgbench_branches) and (select sum(bbalance) from pgbench_branches) = (select coalesce(sum(delta), 0) from pgbench_history)" }]
            """, TestContext.Current.CancellationToken);
        program.With("BACKUP_DRILL_ASSERTIONS", scratch["questions.json"]);
        await using (var receiver = await program.StartAsync("wal", "receive"))
        {
            var load = ChildProcess.OutputAsync(Path.Combine(server.Clients, "pgbench"), ["-n", "-c", "2", "-T", "20", server.SocketUrl()]);
            (await program.RunAsync("backup", "--kind", "base")).Ends();
            await load;
            var last = (await server.ScalarAsync<string>("postgres", "select pg_current_wal_flush_lsn()::text"))!;
            var never = await RestorableServer.FolderAsync(scratch, "never");
            await Waiting.UntilAsync(async () => (await program.RunAsync("restore", "latest", "--target-dir", never, "--at", last, "--dry-run")).ExitCode == 0, "all WAL is in the store");
            receiver.Terminate();
            await receiver.EndAsync();
        }

        var moments = new HashSet<string>();
        for (var i = 0; i < 10; i++)
        {
            var drill = (await program.RunAsync("drill", "run", "--kind", "base", "--json")).Ends();
            Assert.Equal("passed", DrillShop.Result(drill));
            moments.Add(drill.Json.GetProperty("subject").GetProperty("recoveryPoint").GetString()!);
        }
        Assert.Equal(10, moments.Count);
        Assert.Empty(Directory.GetFileSystemEntries(scratch["tmp"]));
    }

    private string[] Servers() => Directory.GetDirectories(scratch["tmp"], "tidemark-scratch-*");

    private static JsonElement Base(ProgramResult status) => status.Ends().Json.GetProperty("baseBackups").EnumerateArray().Single();

    private TidemarkProgram Program() => Prepared(source.Program(scratch));

    private TidemarkProgram Prepared(TidemarkProgram program)
    {
        Directory.CreateDirectory(scratch["tmp"]);
        File.SetUnixFileMode(scratch["tmp"], (UnixFileMode)Convert.ToInt32("1777", 8));
        File.SetUnixFileMode(scratch.Folder, (UnixFileMode)Convert.ToInt32("1777", 8));
        return program.With("TMPDIR", scratch["tmp"]);
    }
}
