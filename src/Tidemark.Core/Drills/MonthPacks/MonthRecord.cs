using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Tidemark.Audit;
using Tidemark.Drills.Evidence;
using Tidemark.Journal;

namespace Tidemark.Drills.MonthPacks;

/// <summary>All that is known of a month.</summary>
/// <param name="Runs">That began in it, oldest first.</param>
/// <param name="Failures">Those of them that failed, with what followed.</param>
/// <param name="Audit">Lines of the audit log, as they are.</param>
/// <param name="Settings">Those of them that tell of settings.</param>
/// <param name="Drills">Reports of drills that began in it.</param>
internal sealed record MonthRecord(IReadOnlyList<RunRow> Runs, IReadOnlyList<MonthFailure> Failures, IReadOnlyList<string> Audit, IReadOnlyList<AuditEvent> Settings, IReadOnlyList<EvidenceFile> Drills)
{
    public bool IsEmpty => Runs.Count == 0 && Audit.Count == 0 && Drills.Count == 0;

    /// <exception cref="Fault">The journal or the audit log cannot be read.</exception>
    public static MonthRecord Read(string stateFolder, EvidenceFolder evidence, PackMonth month)
    {
        using var journal = JournalReader.Open(stateFolder);
        // What was asked for may name files of this machine; what came of it is told by the rest.
        IReadOnlyList<RunRow> runs = [.. (journal?.RunsBetween(month.From, month.Until) ?? []).Select(run => run with { Request = null })];
        var audit = AuditOf(stateFolder, month);
        return new MonthRecord(runs, journal is null ? [] : FailuresOf(runs, journal, month), [.. audit.Select(one => one.Line)], [.. audit.Select(one => one.Entry).Where(entry => entry.Action == AuditEvent.SettingsChanged)],
            [.. evidence.Reports().Where(report => report.RunId.StartsWith(month.From.UtcDateTime.ToString("yyyyMM", CultureInfo.InvariantCulture), StringComparison.Ordinal))]);
    }

    /// <summary>From the last to the first, so that what succeeded next is known: of a month of heartbeats, too, the journal is asked once.</summary>
    private static List<MonthFailure> FailuresOf(IReadOnlyList<RunRow> runs, JournalReader journal, PackMonth month)
    {
        var notices = journal.NoticesBetween(month.From, month.Until);
        var next = new Dictionary<(string, string), RunRow?>();
        var failures = new List<MonthFailure>();
        foreach (var run in runs.Reverse())
        {
            var same = (run.Kind, run.Database);
            if (run.State == RunState.Succeeded) next[same] = run;
            if (run.State is not (RunState.Failed or RunState.Interrupted)) continue;
            if (!next.ContainsKey(same)) next[same] = journal.NextSuccess(run.Kind, run.Database, month.Until);
            failures.Add(MonthFailure.Of(run, notices, next[same]));
        }
        failures.Reverse();
        return failures;
    }

    /// <summary>A line that cannot be read, as a power cut leaves one, is of no month.</summary>
    private static List<(string Line, AuditEvent Entry)> AuditOf(string stateFolder, PackMonth month)
    {
        var found = new List<(string, AuditEvent)>();
        foreach (var line in AuditLog.FilesIn(stateFolder).SelectMany(File.ReadLines))
            try
            {
                if (JsonSerializer.Deserialize(line, AuditJson.Default.AuditEvent) is { } entry && month.Has(entry.At)) found.Add((line, entry));
            }
            catch (JsonException)
            {
                // See above.
            }
        return found;
    }
}

/// <summary>A run that failed, and what followed.</summary>
internal sealed record MonthFailure
{
    public required string RunId { get; init; }

    public required string Kind { get; init; }

    public required string Database { get; init; }

    public required DateTimeOffset At { get; init; }

    public required string State { get; init; }

    public string? ErrorCode { get; init; }

    public string? Error { get; init; }

    public string? Why { get; init; }

    /// <summary>When people began to be told; null: it was no failure that leaves a notice.</summary>
    public DateTimeOffset? NoticeSince { get; init; }

    /// <summary>When that was over; null beside a notice: it is not.</summary>
    public DateTimeOffset? NoticeOverAt { get; init; }

    /// <summary>The next run of this kind and database that succeeded; null: none has.</summary>
    public string? NextSuccess { get; init; }

    public DateTimeOffset? NextSuccessAt { get; init; }

    public static MonthFailure Of(RunRow run, IReadOnlyList<NoticeRow> notices, RunRow? next)
    {
        var at = run.FinishedAt ?? run.StartedAt;
        var notice = notices.FirstOrDefault(notice => (notice.Kind, notice.Database, notice.ErrorCode) == (run.Kind, run.Database, run.ErrorCode) && notice.FirstAt <= at && at <= notice.LastAt);
        return new MonthFailure
        {
            RunId = run.Id,
            Kind = run.Kind,
            Database = run.Database,
            At = at,
            State = run.State,
            ErrorCode = run.ErrorCode,
            Error = run.Error,
            Why = run.Why,
            NoticeSince = notice?.FirstAt,
            NoticeOverAt = notice?.OverAt,
            NextSuccess = next?.Id,
            NextSuccessAt = next?.FinishedAt,
        };
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(UtcTime)])]
[JsonSerializable(typeof(RunRow))]
[JsonSerializable(typeof(MonthFailure))]
internal sealed partial class MonthJson : JsonSerializerContext;
