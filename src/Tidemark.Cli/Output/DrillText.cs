using System.Globalization;
using Tidemark.Drills;
using Tidemark.Drills.Checks;
using Tidemark.Drills.Evidence;

namespace Tidemark.Cli.Output;

/// <summary>A drill's report for people: the reason first.</summary>
internal static class DrillText
{
    /// <param name="terminal">Silent with --json.</param>
    /// <param name="report">What to tell.</param>
    /// <param name="path">Where it lies.</param>
    public static void Tell(Terminal terminal, DrillReport report, string path)
    {
        terminal.Say($"drill {Word(report.Result)}: {report.Reason}");
        var subject = report.Subject;
        terminal.Say($"  backup          {subject.BackupId} of {(subject.Kind == "base" ? "the whole server" : subject.Database is null ? "an unknown database" : $"\"{subject.Database}\"")}, {Sizes.InWords(subject.Size)}, recovery point {subject.RecoveryPoint.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z");
        terminal.Say($"  file            {subject.File} in {subject.Store}");
        terminal.Say($"  picked          {subject.Picked}");
        if (report.Sabotage is { } sabotage) terminal.Say($"  sabotage        {sabotage}: the drill had to fail");
        if (report.Environment is { } where) terminal.Say($"  where           {where.Server}, PostgreSQL {where.ServerVersion}");
        terminal.Say($"  measured        RTO {Seconds(report.Measured.RtoSeconds) ?? "not measured"}, RPO {Seconds(report.Measured.RpoSeconds) ?? $"not measured{(report.Measured.RpoWhy is { } why ? $": {why}" : "")}"}");
        foreach (var deviation in report.Deviations) terminal.Say($"  remark          {deviation}");
        var table = new TextTable("  check", "", "found");
        foreach (var check in report.Checks)
            table.Add(new Cell("  " + check.Name), new Cell(check.Result switch { CheckResult.Passed => "passed", CheckResult.Remark => "remark", _ => "FAILED" }, check.Result switch { CheckResult.Passed => Shade.Green, CheckResult.Remark => Shade.Yellow, _ => Shade.Red }), new Cell(check.Why ?? check.Got ?? ""));
        table.Write(terminal);
        terminal.Say($"  times           {string.Join(" · ", report.Phases.Select(phase => string.Create(CultureInfo.InvariantCulture, $"{phase.Name} {phase.Seconds:0.0} s")))}");
        terminal.Say($"  run             {report.Id}");
        terminal.Say($"  report          {path}");
    }

    public static void Table(Terminal terminal, IReadOnlyList<EvidenceDocument> documents)
    {
        var table = new TextTable("number", "ended (UTC)", "result", "database", "backup", "RPO", "RTO", "");
        foreach (var (number, report) in documents.Select(document => (document.Number, document.Report)))
            table.Add(new Cell($"{number}"), new Cell($"{report.FinishedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss}"), new Cell(Word(report.Result).ToLowerInvariant(), report.Result switch { DrillResult.Passed => Shade.Green, DrillResult.Failed => Shade.Red, _ => Shade.Yellow }),
                new Cell(report.Subject.Kind == "base" ? "(whole server)" : report.Subject.Database ?? "?"), new Cell(report.Subject.BackupId), new Cell(Seconds(report.Measured.RpoSeconds) ?? "?"), new Cell(Seconds(report.Measured.RtoSeconds) ?? "?"), new Cell(report.Passed ? "" : report.Reason));
        table.Write(terminal);
    }

    public static string Word(DrillResult result) => result switch
    {
        DrillResult.Passed => "PASSED",
        DrillResult.PassedWithRemarks => "PASSED WITH REMARKS",
        DrillResult.Failed => "FAILED",
        _ => "INCONCLUSIVE",
    };

    private static string? Seconds(double? seconds) => seconds is { } some ? Ages.InWords(TimeSpan.FromSeconds(some)) : null;
}
