using System.Net.Http.Json;
using System.Text.Json;
using Tidemark.EndToEnd.Dumps;
using Tidemark.EndToEnd.Restores;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Hosting;

/// <summary>The service backs up by itself; what was missed or cut off is caught up, once.</summary>
public sealed class ScheduleTests(Servers servers)
{
    [Fact]
    public async Task What_was_missed_is_caught_up_by_one_verified_backup_and_what_a_kill_cut_off_is_marked_swept_and_made_again()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        var folder = new BackupFolder(shop.Program);
        shop.Program.With("BACKUP_SCHEDULE_CRON", "0 */2 * * *");
        // Four hours ago somebody set it up; since then nobody ran: at least one time, and up to two, have passed.
        shop.Program.WithClock("-4h");
        await using (var service = await Service.StartAsync(shop.Program))
        {
            await service.Program.SaysAsync("waits until");
            (await service.StopAsync()).Ends();
        }
        shop.Program.WithClock(null);
        await using (var service = await Service.StartAsync(shop.Program))
        {
            await service.Program.SaysAsync(" succeeded");
            Assert.DoesNotContain("no service runs here", (await shop.Program.RunAsync("doctor")).Output, StringComparison.Ordinal);
            (await service.StopAsync()).Ends();
        }
        Assert.Matches(@"^scheduled-\d{14}\.sql\.gz$", Assert.Single(folder.Dumps));
        Assert.Equal("DB_BACKUP_SCHEDULED", folder.AuditActions[^1]);
        (await shop.Program.RunAsync("verify", "latest")).Ends();
        var run = (await RunsAsync(shop)).Single();
        Assert.Equal(("succeeded", "cron-1", "schedule"), (Text(run, "state"), Text(run, "schedule"), Text(run, "actor")));
        Assert.Equal(0, run.GetProperty("dueAt").GetDateTimeOffset().TimeOfDay.TotalSeconds % 7200);
        Assert.True(run.GetProperty("bytes").GetInt64() > 0);
        (await shop.Program.RunAsync("status")).Ends().Tells("the schedule and 2 h more allow 4h (BACKUP_RPO is not set)");
        (await shop.Program.RunAsync("schedule", "list")).Ends().Tells("every 2 hours at minute 0", "succeeded");

        // The next one, four hours later, hangs at a table, and everything is killed.
        shop.Program.WithClock("+4h");
        await using (var service = await Service.StartAsync(shop.Program))
        {
            await using (await Waiting.HoldAsync(shop.Server, shop.Database, "orders"))
            {
                await Waiting.UntilPgDumpWaitsAsync(shop.Server, shop.Database);
                service.Program.KillAll();
                await service.Program.EndAsync();
            }
        }
        Assert.Equal("running", Text((await RunsAsync(shop))[0], "state"));
        await using (var service = await Service.StartAsync(shop.Program))
        {
            await service.Program.SaysAsync("was cut off");
            await service.Program.SaysAsync(" succeeded");
            (await service.StopAsync()).Ends();
        }
        Assert.Equal(["succeeded", "interrupted", "succeeded"], (await RunsAsync(shop)).Select(one => Text(one, "state")));
        Assert.Empty(folder.Pending);
        Assert.Equal(2, folder.Dumps.Length);
    }

    [Fact]
    public async Task Of_200_requests_at_once_one_runs_the_others_wait_or_are_refused_and_none_is_lost()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        shop.Program.With("BACKUP_SCHEDULE_CRON", "none");
        await using var service = await Service.StartAsync(shop.Program);
        List<string> accepted;
        await using (await Waiting.HoldAsync(shop.Server, shop.Database, "orders"))
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => service.Http.PostAsJsonAsync("admin/db/backup", new { }, TestContext.Current.CancellationToken)));
            Assert.All(answers, answer => Assert.True((int)answer.StatusCode is 202 or >= 400, $"{answer.StatusCode}"));
            accepted = [.. await Task.WhenAll(answers.Where(answer => (int)answer.StatusCode == 202).Select(async answer => Text(await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken), "id")))];
            // Twenty wait, and one more when the first had begun by then.
            Assert.InRange(accepted.Count, 20, 21);
            await Waiting.UntilPgDumpWaitsAsync(shop.Server, shop.Database);
            var runs = await RunsAsync(shop);
            Assert.Equal(accepted.Order(), runs.Select(run => Text(run, "id")).Order());
            Assert.Equal((1, accepted.Count - 1), (runs.Count(run => Text(run, "state") == "running"), runs.Count(run => Text(run, "state") == "queued")));
            // All but two are taken back, to be quick; those are made.
            foreach (var run in runs.Where(run => Text(run, "state") == "queued").Skip(2)) (await shop.Program.RunAsync("runs", "cancel", Text(run, "id"))).Ends().Tells("it had not begun");
        }
        await Waiting.UntilAsync(async () => (await RunsAsync(shop)).All(run => Text(run, "state") is "succeeded" or "cancelled"), "all tasks are over");
        Assert.Equal(3, (await RunsAsync(shop)).Count(run => Text(run, "state") == "succeeded"));
        (await service.StopAsync()).Ends();
    }

    [Fact]
    [Trait("takes", "minutes")]
    public async Task A_schedule_of_each_minute_runs_on_the_real_clock()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        shop.Program.With("BACKUP_SCHEDULE_CRON", "* * * * * custom");
        await using var service = await Service.StartAsync(shop.Program);
        await service.Program.SaysAsync(" succeeded", TimeSpan.FromSeconds(90));
        (await service.StopAsync()).Ends();
        var run = (await RunsAsync(shop)).Single();
        Assert.InRange(run.GetProperty("queuedAt").GetDateTimeOffset() - run.GetProperty("dueAt").GetDateTimeOffset(), TimeSpan.Zero, TimeSpan.FromSeconds(3));
        Assert.Equal(["DB_BACKUP_SCHEDULED"], shop.Audited().Except(["SETTINGS_CHANGED"]));
        (await shop.Program.RunAsync("verify", "latest")).Ends();
    }

    [Fact]
    [Trait("takes", "minutes")]
    public async Task Killed_at_twenty_moments_of_a_scheduled_run_there_is_no_false_success_no_stuck_run_and_nothing_that_does_not_verify()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15), sql: "INSERT INTO orders SELECT i, 1, md5(i::text) FROM generate_series(1001, 60000) i");
        var folder = new BackupFolder(shop.Program);
        shop.Program.With("BACKUP_SCHEDULE_CRON", "* * * * *");
        for (var kill = 0; kill <= 20; kill++)
        {
            // Each start is three minutes after the last: there is always a time that was missed.
            shop.Program.WithClock($"+{kill * 3}m");
            await using var service = await Service.StartAsync(shop.Program);
            await service.Program.SaysAsync(kill == 0 ? "waits until" : "asks for run");
            // Spread over the run without an order: 7 and 20 have no divisor in common.
            if (kill > 0) await Task.Delay(kill * 7 % 20 * 75, TestContext.Current.CancellationToken);
            service.Program.KillAll();
            await service.Program.EndAsync();
            var verified = await shop.Program.RunAsync("verify", "--all");
            Assert.True(verified.ExitCode is 0 or 4, $"{kill}: {verified}");
        }
        shop.Program.WithClock("+66m");
        await using (var service = await Service.StartAsync(shop.Program))
        {
            await service.Program.SaysAsync(" succeeded");
            (await service.StopAsync()).Ends();
        }
        (await shop.Program.RunAsync("verify", "--all")).Ends();
        var runs = (await RunsAsync(shop)).Where(run => Text(run, "kind") == "backup").ToList();
        Assert.DoesNotContain(runs, run => Text(run, "state") is "running" or "queued");
        var backups = (await shop.Program.RunAsync("list", "--json")).Ends().Json.GetProperty("backups").EnumerateArray().ToList();
        Assert.All(backups, backup => Assert.Equal("good", Text(backup, "state")));
        var made = backups.Select(backup => Text(backup, "id")).ToHashSet();
        Assert.All(runs.Where(run => Text(run, "state") == "succeeded"), run => Assert.Contains(Text(run, "backupId"), made));
        Assert.Empty(folder.Pending);
        Assert.Contains(runs, run => Text(run, "state") == "interrupted");
    }

    private static async Task<List<JsonElement>> RunsAsync(Shop shop) =>
        [.. (await shop.Program.RunAsync("runs", "list", "--kind", "backup", "--limit", "300", "--json")).Ends().Json.GetProperty("runs").EnumerateArray()];

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
