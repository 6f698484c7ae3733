using System.Globalization;

namespace Tidemark.Drills.Evidence;

/// <summary>A report as people read it: a title, a sentence, and tables.</summary>
internal sealed record ReportPage(string Title, string Reason, IReadOnlyList<ReportTable> Tables)
{
    public static ReportPage Of(DrillReport report, int number)
    {
        var (subject, measured, asked) = (report.Subject, report.Measured, report.Objectives);
        return new ReportPage($"Drill {number}: {InWords(report.Result)}", report.Reason,
        [
            new("Subject", ["", ""],
            [
                ["database", subject.Database ?? "not known"], ["backup", $"{subject.BackupId} ({subject.Kind}{(subject.Encrypted == true ? ", encrypted" : "")})"], ["file", subject.File], ["store", subject.Store],
                ["size", $"{Number(subject.Size)} bytes"], ["SHA-256", subject.Sha256 ?? "not known"], ["recovery point", Moment(subject.RecoveryPoint)], ["picked", subject.Picked],
                .. report.Sabotage is null ? Array.Empty<string[]>() : [["sabotage", $"{report.Sabotage}: the drill had to fail"]],
                ["drill", $"{report.Id}, {Moment(report.StartedAt)} to {Moment(report.FinishedAt)}"],
            ]),
            new("Objectives", ["", "objective", "measured"],
            [
                ["RPO", Seconds(asked.RpoSeconds) ?? "none", Seconds(measured.RpoSeconds) ?? $"not measured{(measured.RpoWhy is { } why ? $": {why}" : "")}"],
                ["RTO", Seconds(asked.RtoSeconds)!, Seconds(measured.RtoSeconds) ?? "not measured"],
                ["newest heartbeat that came back", "", measured.NewestHeartbeat is { } newest ? Moment(newest) : "none"],
            ]),
            new("Deviations", [""], [.. report.Deviations.Select(one => new[] { one })]),
            new("Checks", ["check", "result", "expected", "got", "why"], [.. report.Checks.Select(check => new[] { check.Name, check.Result.ToString().ToLowerInvariant(), check.Expected ?? "", check.Got ?? "", check.Why ?? "" })]),
            new("Phases", ["phase", "seconds", "bytes"], [.. report.Phases.Select(phase => new[] { phase.Name, phase.Seconds.ToString("0.000", CultureInfo.InvariantCulture), phase.Bytes is { } bytes ? Number(bytes) : "" })]),
            new("Environment", ["", ""], report.Environment is not { } where ? [] :
            [
                ["server", where.Server], ["PostgreSQL", where.ServerVersion], ["machine", $"{where.Machine}, {where.System}, {where.Processors} processors"], ["Tidemark", where.Tidemark],
            ]),
        ]);
    }

    public static string InWords(DrillResult result) => result switch { DrillResult.Passed => "passed", DrillResult.PassedWithRemarks => "passed with remarks", DrillResult.Failed => "FAILED", _ => "inconclusive" };

    private static string Moment(DateTimeOffset time) => $"{time.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z";

    private static string Number(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    private static string? Seconds(double? seconds) => seconds is { } some ? string.Create(CultureInfo.InvariantCulture, $"{Ages.InWords(TimeSpan.FromSeconds(some))} ({some:0.###} s)") : null;
}

/// <param name="Title">Above it.</param>
/// <param name="Head">One word a column; all empty: no head.</param>
/// <param name="Rows">None: the table is left out.</param>
internal sealed record ReportTable(string Title, IReadOnlyList<string> Head, IReadOnlyList<string[]> Rows);
