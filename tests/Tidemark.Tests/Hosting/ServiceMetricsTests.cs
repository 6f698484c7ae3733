using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using Tidemark.Configuration;
using Tidemark.Hosting;
using Tidemark.Journal;
using Tidemark.Telemetry;
using Tidemark.Tests.Support;
using Tidemark.Tests.Telemetry;

namespace Tidemark.Tests.Hosting;

public sealed class ServiceMetricsTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly string database = $"shop-{Guid.NewGuid():N}";
    private readonly SteppedClock clock = new();

    [Fact]
    public async Task The_page_is_one_that_Prometheus_reads_and_knows_what_waits_and_what_runs()
    {
        await using var workbench = Workbench();
        using var board = new TaskBoard(workbench);
        var metrics = Metrics(workbench, board);
        board.Enqueue(new TaskRequest { Kind = "backup" }, "me");
        using (var journal = RunJournal.Open(workbench.State))
            journal.Write(new RunRow { Id = "1", Kind = "heartbeat", Database = database, Actor = "me", StartedAt = clock.GetUtcNow().AddSeconds(-90), FinishedAt = clock.GetUtcNow(), State = "succeeded" }, noticed: false);
        var samples = ExpositionReader.Read(ExpositionText.Of(await metrics.ReadAsync(TestContext.Current.CancellationToken)));
        double Value(string name) => Assert.Single(samples, sample => sample.Name == name).Value;
        Assert.Equal((1, 90, 0, 1), (Value("tidemark_queue_length"), Value("tidemark_heartbeat_age_seconds"), Value("db_backup_failure_total"), Value("tidemark_store_reachable")));
        Assert.DoesNotContain(samples, sample => sample.Name == "tidemark_run_running_seconds");
        // Nobody listens there: a heartbeat that is absent says nothing.
        Assert.Equal(0, Value("tidemark_database_reachable"));
    }

    [Fact]
    public async Task A_loop_that_stands_still_is_not_alive_after_two_minutes_unless_a_task_runs()
    {
        await using var workbench = Workbench();
        using var board = new TaskBoard(workbench);
        clock.Step(TimeSpan.FromSeconds(119));
        Assert.True(board.IsWorked);
        clock.Step(TimeSpan.FromSeconds(1));
        Assert.False(board.IsWorked);
        await board.RunAsync("1", (_, _) =>
        {
            clock.Step(TimeSpan.FromHours(5));
            Assert.True(board.IsWorked);
            return Task.CompletedTask;
        }, TestContext.Current.CancellationToken);
        Assert.True(board.IsWorked);
        clock.Step(TimeSpan.FromMinutes(2));
        Assert.False(board.IsWorked);
        _ = board.WaitAsync(TimeSpan.Zero, TestContext.Current.CancellationToken);
        Assert.True(board.IsWorked);
    }

    [Fact]
    public async Task A_reader_of_the_meter_sees_the_counts_of_the_journal_from_0_on()
    {
        await using var workbench = Workbench();
        using var board = new TaskBoard(workbench);
        using var meter = new ServiceMeter(Metrics(workbench, board));
        var heard = new List<(string Name, double Value)>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, listener) => { if (instrument.Meter.Name == "Tidemark") listener.EnableMeasurementEvents(instrument); } };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) =>
        {
            if (tags.ToArray().Any(tag => (string?)tag.Value == database)) heard.Add((instrument.Name, value));
        });
        listener.Start();
        await meter.StartAsync(TestContext.Current.CancellationToken);
        listener.RecordObservableInstruments();
        Assert.Equal([("db.backup.failure", 0), ("db.backup.purge", 0), ("db.backup.success", 0)], heard.Where(one => one.Name.StartsWith("db.", StringComparison.Ordinal)).Order());

        heard.Clear();
        using (var journal = RunJournal.Open(workbench.State)) journal.Count([("DB_BACKUP_CREATED", database), ("DB_BACKUP_SCHEDULED", database)]);
        clock.Step(TimeSpan.FromSeconds(3));
        listener.RecordObservableInstruments();
        Assert.Contains(("db.backup.success", 2), heard);
    }

    public void Dispose() => folder.Dispose();

    private static ServiceMetrics Metrics(Workbench workbench, TaskBoard board) => new(workbench, board, new ServiceWatch(workbench), new WalWatch(workbench, new WalService(workbench, NullLogger<WalService>.Instance)), new BaseWatch(workbench), new StandbyWatch(workbench.Clock));

    private Workbench Workbench() => new(ConfigurationReader.Read(folder.Path, new Dictionary<string, string> { ["DATABASE_URL"] = $"postgresql://nobody@127.0.0.1:1/{database}" }, new Dictionary<string, string>()).Options, new StoreOpeners(), null, _ => { }, clock);
}
