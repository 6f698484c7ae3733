using System.Diagnostics;
using System.Diagnostics.Metrics;
using Tidemark.Processes;
using Tidemark.Runs;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Runs;

/// <summary>What a host hears that listens to the meter and the activities named Tidemark.</summary>
public sealed class RunInstrumentsTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly string database = $"shop-{Guid.NewGuid():N}";

    [Fact]
    public async Task Each_run_is_counted_timed_and_one_activity_with_its_phases()
    {
        var clock = new StoppedClock(new DateTimeOffset(2026, 11, 23, 2, 0, 0, TimeSpan.Zero));
        var (heard, activities) = (new List<string>(), new List<Activity>());
        using var meters = new MeterListener { InstrumentPublished = (instrument, listener) => { if (instrument.Meter.Name == "Tidemark") listener.EnableMeasurementEvents(instrument); } };
        meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Hear(instrument, value, tags));
        meters.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Hear(instrument, value, tags));
        meters.Start();
        using var traces = new ActivityListener { ShouldListenTo = source => source.Name == "Tidemark", Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData, ActivityStopped = activities.Add };
        ActivitySource.AddActivityListener(traces);

        var recorder = new RunRecorder(folder.Path, "me@here", clock, new SecretMask([]), _ => { });
        await recorder.RecordAsync(RunKind.Backup, database, run =>
        {
            run.At("dumping");
            run.At("dumping", 7);
            run.At("checking");
            clock.Now += TimeSpan.FromSeconds(42);
            return Task.FromResult(0);
        });
        await Assert.ThrowsAsync<Fault>(() => recorder.RecordAsync<int>(RunKind.Backup, database, _ => throw new Fault(FaultCode.DiskFull, "secret words")));

        Assert.Equal(["tidemark.runs 1 backup succeeded", "tidemark.run.duration 42 backup succeeded", "tidemark.runs 1 backup failed", "tidemark.run.duration 0 backup failed"], heard);
        var own = activities.Where(activity => (string?)activity.GetTagItem("db.namespace") == database).ToList();
        Assert.Equal(["tidemark backup", "tidemark backup"], own.Select(activity => activity.OperationName));
        Assert.Equal(["dumping", "checking"], own[0].Events.Select(phase => phase.Name));
        Assert.Equal((ActivityStatusCode.Unset, ActivityStatusCode.Error, "disk-full"), (own[0].Status, own[1].Status, own[1].StatusDescription));

        void Hear(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var byName = new Dictionary<string, object?>(tags.ToArray());
            if ((string?)byName["database"] == database) heard.Add($"{instrument.Name} {value} {byName["run"]} {byName["state"]}");
        }
    }

    public void Dispose() => folder.Dispose();
}
