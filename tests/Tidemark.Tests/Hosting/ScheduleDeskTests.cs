using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Tidemark.Configuration;
using Tidemark.Hosting;
using Tidemark.Journal;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Hosting;

/// <summary>Looks of the service, with a journal on the disk, and nobody who does what is asked for.</summary>
public sealed class ScheduleDeskTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly StoppedClock clock = new(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));
    private readonly Dictionary<string, string> environment = new() { ["DATABASE_URL"] = "postgresql://nobody@127.0.0.1:1/shop" };

    [Fact]
    public async Task A_time_is_asked_for_once_however_often_it_is_looked_at_and_whoever_looks()
    {
        await LookAsync(new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));
        Assert.Empty(Runs());
        await LookAsync(new(2026, 11, 23, 2, 0, 0, TimeSpan.Zero), 3);
        await LookAsync(new(2026, 11, 23, 2, 0, 0, TimeSpan.Zero));
        var run = Assert.Single(Runs());
        Assert.Equal(("queued", "schedule", "daily", "shop", clock.Now), (run.State, run.Actor, run.Schedule, run.Database, run.DueAt!.Value));
        var request = JsonSerializer.Deserialize(run.Request!, TaskJson.Default.TaskRequest)!;
        Assert.Equal(("sql.gz", false, null), (request.Format, request.OneOfSeveral, request.Label));
    }

    [Fact]
    public async Task A_schedule_of_base_backups_asks_for_one_of_the_cluster()
    {
        environment["BACKUP_SCHEDULE_CRON"] = "0 3 * * * base";
        environment["BACKUP_SCHEDULE_DATABASES"] = "all";
        await LookAsync(new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));
        await LookAsync(new(2026, 11, 23, 3, 0, 0, TimeSpan.Zero), 2);
        var run = Assert.Single(Runs());
        Assert.Equal(("base-backup", "default", "cron-1"), (run.Kind, run.Database, run.Schedule));
        Assert.Null(JsonSerializer.Deserialize(run.Request!, TaskJson.Default.TaskRequest)!.Format);
    }

    [Fact]
    public async Task A_drill_is_asked_for_each_quarter_where_drills_have_a_server()
    {
        environment["BACKUP_SCHEDULE_CRON"] = "none";
        environment["BACKUP_DRILL_TARGET"] = "postgresql://nobody@127.0.0.1:1/postgres";
        await LookAsync(new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));
        await LookAsync(new(2027, 1, 1, 0, 0, 0, TimeSpan.Zero), 2);
        var run = Assert.Single(Runs());
        Assert.Equal(("drill", "shop", "drill"), (run.Kind, run.Database, run.Schedule));
        await LookAsync(new(2027, 4, 1, 0, 0, 0, TimeSpan.Zero));
        Assert.Equal("DB_DRILL_SKIPPED", JsonDocument.Parse(Assert.Single(File.ReadAllLines(Path.Combine(State, "audit.jsonl")))).RootElement.GetProperty("action").GetString());
    }

    [Fact]
    public async Task What_overlaps_is_passed_over_in_log_and_audit_and_not_made_up_for_later()
    {
        environment["BACKUP_SCHEDULE_CRON"] = "@hourly custom";
        await LookAsync(new(2026, 11, 22, 12, 30, 0, TimeSpan.Zero));
        await LookAsync(new(2026, 11, 22, 13, 0, 0, TimeSpan.Zero));
        await LookAsync(new(2026, 11, 22, 14, 0, 0, TimeSpan.Zero), 2);
        var run = Assert.Single(Runs());
        var line = JsonDocument.Parse(Assert.Single(File.ReadAllLines(Path.Combine(State, "audit.jsonl")))).RootElement;
        Assert.Equal(("DB_BACKUP_SKIPPED", "skipped", "hourly", $"run {run.Id} of this schedule is still queued"),
            (line.GetProperty("action").GetString(), line.GetProperty("outcome").GetString(), line.GetProperty("schedule").GetString(), line.GetProperty("why").GetString()));
        using (var journal = RunJournal.Open(State)) Assert.True(journal.EndQueued(run with { State = RunState.Cancelled, ErrorCode = "stopped", FinishedAt = clock.Now }));
        await LookAsync(new(2026, 11, 22, 14, 30, 0, TimeSpan.Zero));
        Assert.Single(Runs());
        await LookAsync(new(2026, 11, 22, 15, 0, 0, TimeSpan.Zero));
        Assert.Equal(2, Runs().Count);
    }

    [Fact]
    public async Task Each_of_several_databases_has_a_run_and_one_that_joins_has_missed_what_the_others_did_not()
    {
        environment["BACKUP_SCHEDULE_DATABASES"] = "shop,orders";
        await LookAsync(new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));
        await LookAsync(new(2026, 11, 23, 2, 0, 0, TimeSpan.Zero));
        Assert.Equal(["orders", "shop"], Runs().Select(run => run.Database).Order());
        Assert.All(Runs(), run => Assert.True(JsonSerializer.Deserialize(run.Request!, TaskJson.Default.TaskRequest)!.OneOfSeveral));
        environment["BACKUP_SCHEDULE_DATABASES"] = "shop,orders,third";
        await LookAsync(new(2026, 11, 23, 3, 0, 0, TimeSpan.Zero));
        Assert.Equal(["orders", "shop", "third"], Runs().Select(run => run.Database).Order());
    }

    [Fact]
    public async Task A_schedule_that_becomes_another_one_has_missed_nothing_and_one_that_was_away_has_missed_one()
    {
        await LookAsync(new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));
        environment["BACKUP_SCHEDULE_ZONE"] = "Asia/Tokyo";
        await LookAsync(new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero));
        Assert.Empty(Runs());
        environment["BACKUP_SCHEDULE_CRON"] = "none";
        await LookAsync(new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero));
        environment.Remove("BACKUP_SCHEDULE_CRON");
        await LookAsync(new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero), 2);
        // 02:00 in Tokyo is 17:00 of the day before in UTC.
        Assert.Equal(new DateTimeOffset(2026, 11, 29, 17, 0, 0, TimeSpan.Zero), Assert.Single(Runs()).DueAt);
    }

    [Fact]
    public async Task Where_the_server_cannot_say_its_databases_the_one_of_the_address_is_asked_for_so_that_the_failure_is_seen()
    {
        environment["BACKUP_SCHEDULE_DATABASES"] = "all";
        await LookAsync(new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));
        await LookAsync(new(2026, 11, 23, 2, 0, 0, TimeSpan.Zero));
        Assert.Equal("shop", Assert.Single(Runs()).Database);
    }

    [Fact]
    public async Task A_database_that_was_dropped_is_not_fallen_back_to()
    {
        environment["BACKUP_SCHEDULE_DATABASES"] = "all";
        using (var journal = RunJournal.Open(State))
        {
            foreach (var database in new[] { "dropped", "orders", "shop" }) journal.KnowSchedule("daily", database, "0 2 * * * UTC", clock.Now);
            // As a list of the server that did answer says.
            journal.ForgetScheduled("daily", ["orders", "shop"]);
        }
        await LookAsync(new(2026, 11, 23, 2, 0, 0, TimeSpan.Zero));
        Assert.Equal(["orders", "shop"], Runs().Select(run => run.Database).Order());
    }

    public void Dispose() => folder.Dispose();

    private string State => Path.Combine(folder["backups"], ".tidemark");

    /// <summary>As a service that was started just now.</summary>
    private async Task LookAsync(DateTimeOffset now, int times = 1)
    {
        clock.Now = now;
        await using var workbench = new Workbench(ConfigurationReader.Read(folder.Path, environment, new Dictionary<string, string>()).Options, new StoreOpeners(), null, _ => { }, clock);
        using var board = new TaskBoard(workbench);
        using var desk = new ScheduleDesk(workbench, board, NullLogger<ScheduleDesk>.Instance);
        for (var time = 0; time < times; time++) await desk.LookAsync(TestContext.Current.CancellationToken);
    }

    private IReadOnlyList<RunRow> Runs()
    {
        using var journal = JournalReader.Open(State);
        return journal?.Runs(new RunFilter(null, null, null, 100)) ?? [];
    }
}
