using System.Security.Cryptography;
using Tidemark.EndToEnd.Dumps;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.BaseBackups;

/// <summary>Base backups over their life: expired, pinned, swept with their WAL, found damaged, given up, and the server's next life.</summary>
public sealed class BaseRetentionTests : IDisposable
{
    private const int Major = 15;

    private readonly Scratch scratch = new("keep");

    public BaseRetentionTests() => File.SetUnixFileMode(scratch.Folder, (UnixFileMode)Convert.ToInt32("1777", 8));

    public void Dispose() => scratch.Dispose();

    [Fact]
    public async Task One_that_no_rule_keeps_expires_and_goes_in_two_steps_with_its_WAL_and_what_stays_is_whole()
    {
        await using var server = await PostgresServer.StartAsync(Major);
        var program = TidemarkProgram.For(server, "postgres", scratch.Folder).With("BACKUP_RETENTION_DAYS", "none").With("BACKUP_RETENTION_COUNT", "1");
        await server.ExecuteAsync("postgres", "create table wide as select i, repeat(md5(i::text), 8) as text from generate_series(1, 4000) i");
        var first = await TakeAsync(program);
        (await program.RunAsync("pin", first, "--reason", "before the migration")).Ends();
        Assert.Contains("good, pinned", (await program.RunAsync("list")).Ends().Output, StringComparison.Ordinal);
        await server.ExecuteAsync("postgres", "update wide set text = repeat(md5(text), 8)");
        var second = await TakeAsync(program);
        Assert.Equal("good", await StateAsync(program, first));
        (await program.RunAsync("unpin", first)).Ends();

        var before = Files("");
        var dry = (await program.RunAsync("prune", "--dry-run")).Ends().Output;
        Assert.Contains("2 backups, 1 stay, 1 go", dry, StringComparison.Ordinal);
        Assert.Contains("not of the last 1", dry.Replace("not the last", "not of the last 1", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(before, Files(""));
        (await program.RunAsync("prune")).Ends();
        Assert.Equal(("expired", "good"), (await StateAsync(program, first), await StateAsync(program, second)));
        // It can still be restored: all that it needs is there.
        (await program.RunAsync("verify", first)).Ends();

        var (packs, wal) = (Files("packs").Count, Files("wal").Count);
        PassDays(8);
        var gone = (await program.RunAsync("prune", "--json")).Ends().Json.GetProperty("bases")[0];
        Assert.Equal(first, gone.GetProperty("swept").GetProperty("backups")[0].GetString());
        Assert.InRange(gone.GetProperty("wal").GetProperty("segmentsGo").GetInt32(), 1, wal - 1);
        Assert.DoesNotContain(Files("bases"), path => path.Contains(first, StringComparison.Ordinal));
        Assert.Equal(packs, Files("packs").Count);
        PassDays(8);
        Assert.InRange((await program.RunAsync("prune", "--json")).Ends().Json.GetProperty("bases")[0].GetProperty("swept").GetProperty("packs").GetInt32(), 1, packs - 1);
        (await program.RunAsync("verify", second)).Ends();
        Assert.Equal([("base", second)], (await program.RunAsync("list", "--json")).Ends().Json.GetProperty("backups").EnumerateArray().Select(one => (one.GetProperty("kind").GetString()!, one.GetProperty("id").GetString()!)));
        var standing = (await program.RunAsync("status", "--json")).Ends().Json.GetProperty("baseBackups")[0];
        Assert.Equal((second, 1), (standing.GetProperty("newest").GetProperty("id").GetString(), standing.GetProperty("good").GetInt32()));
        Assert.Contains("tidemark_base_backups{", (await program.RunAsync("metrics")).Ends().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_one_is_known_to_all_who_ask_and_holds_everything_until_there_is_another()
    {
        await using var server = await PostgresServer.StartAsync(Major);
        var program = TidemarkProgram.For(server, "postgres", scratch.Folder).With("BACKUP_RETENTION_DAYS", "none").With("BACKUP_RETENTION_COUNT", "1");
        var first = await TakeAsync(program);
        (await program.RunAsync("pin", first, "--reason", "why")).Ends();
        await server.ExecuteAsync("postgres", "create table wide as select i, repeat(md5(i::text), 8) as text from generate_series(1, 4000) i");
        var held = Files("packs");
        var second = await TakeAsync(program);
        await FlipAsync(Files("packs").Except(held).Select(path => new FileInfo(path)).MaxBy(file => file.Length)!);

        Assert.Contains("base/", (await program.RunAsync("verify", second)).Ends(10).Output, StringComparison.Ordinal);
        Assert.Equal("damaged", await StateAsync(program, second));
        Assert.Contains("last verified", (await program.RunAsync("show", second)).Ends().Output, StringComparison.Ordinal);
        Assert.Contains("DAMAGED", (await program.RunAsync("status")).Ends().Output, StringComparison.Ordinal);
        (await program.RunAsync("unpin", first)).Ends();
        var plan = (await program.RunAsync("prune", "--dry-run", "--json")).Ends().Json.GetProperty("bases")[0];
        Assert.Equal((0, 0), (plan.GetProperty("expire").GetArrayLength(), plan.GetProperty("wal").GetProperty("segmentsGo").GetInt32()));
        Assert.Contains("damaged", plan.GetProperty("wal").GetProperty("allStays").GetString(), StringComparison.Ordinal);
        Directory.CreateDirectory(scratch["data"]);
        if (ServerUser.Switch is [var user, var group, ..]) await ChildProcess.OutputAsync("chown", [$"{user.Split('=')[1]}:{group.Split('=')[1]}", scratch["data"]]);
        Assert.Contains(first, (await program.RunAsync("restore", "latest", "--target-dir", scratch["data"], "--dry-run")).Ends().Output, StringComparison.Ordinal);

        var third = await TakeAsync(program);
        Assert.Equal(("expired", "good"), (await StateAsync(program, first), await StateAsync(program, third)));
    }

    [Fact]
    public async Task What_a_killed_run_left_is_given_up_and_an_upgraded_server_gets_a_folder_of_its_own()
    {
        await using var server = await PostgresServer.StartAsync(Major);
        var program = TidemarkProgram.For(server, "postgres", scratch.Folder);
        (await program.RunAsync("cluster", "upgrade")).Ends(4);
        await server.ExecuteAsync("postgres", "create table wide as select i, repeat(md5(i::text), 8) as text from generate_series(1, 40000) i");
        await using (var killed = await program.StartAsync("backup", "--kind", "base"))
        {
            await Waiting.UntilAsync(() => Files("packs").Count > 0 || Files("intent").Count > 0, "it has begun to write");
            killed.KillAll();
        }
        var good = await TakeAsync(program);
        PassDays(8);
        Assert.Single((await program.RunAsync("prune", "--json")).Ends().Json.GetProperty("bases")[0].GetProperty("swept").GetProperty("givenUp").EnumerateArray());
        (await program.RunAsync("verify", good)).Ends();
        Assert.Single((await program.RunAsync("list", "--json")).Ends().Json.GetProperty("backups").EnumerateArray());

        Assert.Contains("was not upgraded", (await program.RunAsync("cluster", "upgrade")).Ends(5).Errors, StringComparison.Ordinal);
        await using var upgraded = await PostgresServer.StartAsync(18);
        program.With("DATABASE_URL", upgraded.Url());
        var opened = (await program.RunAsync("cluster", "upgrade", "--json")).Ends().Json.GetProperty("opened")[0];
        Assert.Equal(2, opened.GetProperty("number").GetInt32());
        Assert.Equal(await upgraded.ScalarAsync<string>("postgres", "select system_identifier::text from pg_control_system()"), opened.GetProperty("systemIdentifier").GetString());
        await TakeAsync(program);
        Assert.Equal(2, (await program.RunAsync("list", "--json")).Ends().Json.GetProperty("backups").GetArrayLength());
        // The life before keeps its last good one, whatever the rules say of the next.
        Assert.Equal(0, (await program.With("BACKUP_RETENTION_DAYS", "none").With("BACKUP_RETENTION_COUNT", "1").RunAsync("prune", "--dry-run", "--json")).Ends().Json.GetProperty("bases")[0].GetProperty("expire").GetArrayLength());
    }

    [Fact]
    public async Task Doctor_names_the_grants_that_base_backups_need_and_with_these_one_is_taken()
    {
        await using var server = await PostgresServer.StartAsync(Major);
        await server.ExecuteAsync("postgres", "create role weak login");
        var program = TidemarkProgram.For(server, "postgres", scratch.Folder).With("DATABASE_URL", server.Url().Replace("//postgres@", "//weak@", StringComparison.Ordinal)).With("BACKUP_SCHEDULE_CRON", "0 3 * * 0 base");
        var lacks = Check(await program.RunAsync("doctor", "--json"));
        Assert.Equal("warn", lacks.GetProperty("state").GetString());
        Assert.Contains("password hashes", lacks.GetProperty("found").GetString(), StringComparison.Ordinal);
        (await program.RunAsync("backup", "--kind", "base")).Ends(7);
        await server.ExecuteAsync("postgres", lacks.GetProperty("next").GetString()!);
        Assert.Equal("ok", Check(await program.RunAsync("doctor", "--json")).GetProperty("state").GetString());
        await TakeAsync(program);
        Assert.Contains("base", (await program.RunAsync("schedule", "list")).Ends().Output, StringComparison.Ordinal);

        static System.Text.Json.JsonElement Check(ProgramResult result) => result.Json.GetProperty("checks").EnumerateArray().Single(check => check.GetProperty("id").GetString() == "base-rights");
    }

    /// <summary>Backups and prunes that are killed at any moment, over weeks of the store's clock: what is listed stays whole, and nothing needs a hand.</summary>
    [Fact]
    [Trait("takes", "minutes")]
    public async Task Killed_at_any_moment_backups_and_prunes_lose_nothing_that_is_listed()
    {
        await using var server = await PostgresServer.StartAsync(Major);
        var program = TidemarkProgram.For(server, "postgres", scratch.Folder).With("BACKUP_RETENTION_DAYS", "none").With("BACKUP_RETENTION_COUNT", "2");
        await server.ExecuteAsync("postgres", "create table wide as select i, repeat(md5(i::text), 8) as text from generate_series(1, 40000) i");
        for (var round = 0; round < 50; round++)
        {
            foreach (var words in (string[][])[["backup", "--kind", "base"], ["prune"]])
            {
                await using var killed = await program.StartAsync(words);
                await Task.Delay(RandomNumberGenerator.GetInt32(100, 6000), TestContext.Current.CancellationToken);
                killed.KillAll();
            }
            PassDays(2);
            if (round % 5 != 4) continue;
            await TakeAsync(program);
            (await program.RunAsync("prune")).Ends();
            (await program.RunAsync("verify", "--all")).Ends();
            // One that has just expired is still listed.
            Assert.InRange((await program.RunAsync("list", "--json")).Ends().Json.GetProperty("backups").GetArrayLength(), 1, 12);
        }
        // Weeks of rest: what killed runs left is gone.
        for (var week = 0; week < 4; week++)
        {
            PassDays(8);
            (await program.RunAsync("prune")).Ends();
        }
        (await program.RunAsync("verify", "--all")).Ends();
        Assert.Equal(2, (await program.RunAsync("list", "--json")).Ends().Json.GetProperty("backups").GetArrayLength());
        Assert.Equal(2, Files("bases").Count(path => path.EndsWith("/refs", StringComparison.Ordinal)));
    }

    private static async Task<string> TakeAsync(TidemarkProgram program) => (await program.RunAsync("backup", "--kind", "base", "--json")).Ends().Json.GetProperty("backups")[0].GetProperty("id").GetString()!;

    private static async Task<string?> StateAsync(TidemarkProgram program, string id) =>
        (await program.RunAsync("list", "--json")).Ends().Json.GetProperty("backups").EnumerateArray().Single(one => one.GetProperty("id").GetString() == id).GetProperty("state").GetString();

    /// <summary>Of a folder the time of a file is the store's clock: all that is there becomes so much older.</summary>
    private void PassDays(int days)
    {
        foreach (var path in Files("")) File.SetLastWriteTimeUtc(path, File.GetLastWriteTimeUtc(path).AddDays(-days));
    }

    private List<string> Files(string part) => !Directory.Exists(scratch["backups", "clusters"]) ? []
        : [.. Directory.EnumerateFiles(scratch["backups", "clusters"], "*", SearchOption.AllDirectories).Where(path => part.Length == 0 || path.Split('/').Contains(part)).Order(StringComparer.Ordinal)];

    private static async Task FlipAsync(FileInfo file)
    {
        await using var stream = file.Open(FileMode.Open, FileAccess.ReadWrite);
        stream.Position = file.Length / 2;
        var value = stream.ReadByte();
        stream.Position--;
        stream.WriteByte((byte)(value ^ 1));
    }
}
