using Tidemark.EndToEnd.Restores;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Drills;

/// <summary>kill -9 in the middle of a drill, with nobody left who would end its server.</summary>
public sealed class DrillKillTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_killed_drill_leaves_nothing_running_and_the_next_start_removes_the_rest_and_tells(bool onGivenServer)
    {
        await using var server = await PostgresServer.StartAsync(15);
        using var drills = await DrillShop.OpenAsync(server);
        await drills.Shop.BackUpAsync();
        drills.Ask("""[{ "name": "slow", "sql": "select true from pg_sleep(600)" }]""");
        const string ours = "select count(*) from pg_database where datname like 'tidemark\\_drill\\_%'";
        string[] target = onGivenServer ? ["--target", server.Url()] : [];
        await using (var running = await drills.Program.StartAsync(["drill", "run", .. target]))
        {
            if (onGivenServer) await Until.TrueAsync(() => server.ScalarAsync<bool>("postgres", "select exists (select from pg_stat_activity where datname like 'tidemark\\_drill%' and query like '%pg_sleep(600)%')"));
            else await Until.TrueAsync(() => Task.FromResult(drills.Servers() is [var folder] && DrillProcesses.IsAsleep(folder)));
            DrillProcesses.KillWithKeepers(running);
            await running.EndAsync();
            Assert.Equal(onGivenServer ? 1 : 0, await server.ScalarAsync<long>("postgres", ours));
            Assert.Equal(onGivenServer ? 0 : 1, drills.Servers().Length);

            drills.Ask("[]");
            var process2 = onGivenServer ? null : DrillShop.ProcessOf(drills.Servers().Single());
            var next = (await drills.Program.RunAsync("drill", "run")).Ends();
            Assert.Contains(onGivenServer ? "tidied up: dropped \"tidemark_drill_" : "tidied up: removed the private server of a drill that was ended", next.Errors, StringComparison.Ordinal);
            Assert.Contains("tidied up: the drill of ", next.Errors, StringComparison.Ordinal);
            if (process2 is { } ended) Assert.False(Directory.Exists($"/proc/{ended}"));
        }
        Assert.Equal(0, await server.ScalarAsync<long>("postgres", ours));
        drills.AssertNothingIsLeft();
        Assert.DoesNotContain("tidied up", (await drills.Program.RunAsync("drill", "run")).Ends().Errors, StringComparison.Ordinal);
        (await drills.Program.RunAsync("drill", "verify")).Ends();
    }
}
