using System.Diagnostics;
using System.Diagnostics.Metrics;
using Tidemark.Journal;
using Tidemark.Telemetry;

namespace Tidemark.Runs;

/// <summary>Runs of this process for OpenTelemetry: counted, timed, and one activity each.</summary>
internal static class RunInstruments
{
    private static readonly Counter<long> Runs = Instruments.Meter.CreateCounter<long>("tidemark.runs", "{run}", "Runs that have ended in this process.");

    private static readonly Histogram<double> Durations = Instruments.Meter.CreateHistogram("tidemark.run.duration", "s", "How long runs took.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1, 5, 15, 60, 300, 900, 3600, 4 * 3600, 12 * 3600] });

    /// <summary>Null when nobody listens.</summary>
    public static Activity? Begin(RunRow run) =>
        Instruments.Activities.StartActivity($"tidemark {run.Kind}")?.SetTag("tidemark.run.id", run.Id).SetTag("tidemark.run.kind", run.Kind).SetTag("db.namespace", run.Database);

    /// <summary>What it failed with is told by its code alone: the sentence is in the journal.</summary>
    public static void Ended(RunRow run)
    {
        TagList tags = [new("run", run.Kind), new("database", run.Database), new("state", run.State)];
        Runs.Add(1, tags);
        Durations.Record(Math.Max(0, (run.FinishedAt!.Value - run.StartedAt).TotalSeconds), tags);
        if (run.ErrorCode is not null && Activity.Current is { } activity && activity.Source.Name == Instruments.Name) activity.SetStatus(ActivityStatusCode.Error, run.ErrorCode).SetTag("error.type", run.ErrorCode);
    }
}
