using Tidemark.Drills;
using Tidemark.Drills.Checks;
using Tidemark.Standbys;

namespace Tidemark.Cli.Output;

/// <summary>Standbys for people.</summary>
internal static class StandbyText
{
    public static void Plan(Terminal terminal, StandbyPlan plan)
    {
        terminal.Say($"standby {plan.Name}: {Sizes.Count(plan.Tables, "table")}, {Sizes.InWords(plan.Bytes)}");
        terminal.Say($"  from {plan.Primary}");
        terminal.Say($"  to   {plan.Standby}");
        foreach (var step in plan.Steps) terminal.Say($"  - {step}");
        Lines(terminal, "does not travel:", plan.Gaps);
        Lines(terminal, "warnings:", plan.Warnings);
        Lines(terminal, plan.Obstacles.Count == 0 ? "nothing is in the way" : "in the way:", plan.Obstacles.Select(obstacle => obstacle.ToString()));
    }

    public static void Report(Terminal terminal, StandbyReport report)
    {
        terminal.Say($"{report.Name}  {report.State.ToString().ToUpperInvariant()}  {Behind(report)}");
        terminal.Say($"  from {report.Primary}");
        terminal.Say($"  to   {report.Standby}");
        if (report.HeldBytes is { } held) terminal.Say($"  the primary keeps {Sizes.InWords(held)} of WAL for it (limit {Sizes.InWords(report.SlotLimit)})");
        var others = report.Tables.Where(table => table.State != "following").ToList();
        terminal.Say($"  {Sizes.Count(report.Tables.Count, "table")}{(others.Count == 0 ? " follow" : $", of which not yet following: {string.Join(", ", others.Take(10).Select(table => $"{table.Name} ({table.State})"))}")}{(report.Sequences is { } sequences ? $"; {Sizes.Count(sequences, "sequence")} ahead of the primary's" : "")}");
        foreach (var trouble in report.Troubles)
        {
            terminal.Say($"  WRONG  {trouble.What}");
            terminal.Say($"    why   {trouble.Why}");
            terminal.Say($"    next  {trouble.Next}");
        }
        if (report.Drift is { Findings.Count: > 0 } drift)
        {
            Lines(terminal, "  the schemas differ:", drift.Findings.Select(finding => "  " + finding));
            if (drift.OnPrimary.Count > 0) terminal.Say($"  mend the primary first: tidemark standby status {report.Name} --script primary | psql \"$DATABASE_URL\"");
            if (drift.OnStandby.Count > 0) terminal.Say($"  mend the standby: tidemark standby status {report.Name} --script standby | psql \"$STANDBY_URL\"");
        }
        Lines(terminal, "  does not travel:", report.Gaps.Select(gap => "  " + gap));
    }

    public static void Promotion(Terminal terminal, PromotionPlan plan)
    {
        terminal.Say($"promote {plan.Name}: {plan.DatabaseUrl}");
        terminal.Say($"  the primary {(plan.PrimaryAnswers ? "answers" : "does not answer")}");
        foreach (var step in plan.Steps) terminal.Say($"  - {step}");
        terminal.Say($"  lost is    {plan.Loss}");
        terminal.Say($"  guard      {plan.Guard}");
        Lines(terminal, "warnings:", plan.Warnings);
    }

    public static void Course(Terminal terminal, DrillReport report, string? path)
    {
        terminal.Say(report.Reason);
        terminal.Say($"  measured   RTO {report.Measured.RtoSeconds:0.0##} s, RPO {(report.Measured.RpoSeconds is { } rpo ? $"{rpo:0.0##} s" : "not measured")}{(report.Measured.RpoWhy is { } why ? $" ({why})" : "")}");
        terminal.Say($"  times      {string.Join(" · ", report.Phases.Select(phase => $"{phase.Name} {phase.Seconds:0.0##} s"))}");
        if (report.Checks.Count > 0) terminal.Say($"  rows       {Sizes.Count(report.Checks.Count(check => check.Result == CheckResult.Passed), "table")} hold as many rows as on the primary");
        foreach (var check in report.Checks.Where(check => check.Result != CheckResult.Passed)) terminal.Say($"  remark     {check.Name}: {check.Why}");
        foreach (var deviation in report.Deviations) terminal.Say($"  remark     {deviation}");
        if (path is not null) terminal.Say($"  report     {path}");
    }

    private static string Behind(StandbyReport report) => (report.LagSeconds is { } seconds ? $"{(seconds < 10 ? $"{seconds:0.0##} s" : Ages.InWords(TimeSpan.FromSeconds(seconds)))} behind" : "how far behind is not known")
        + (report.LagBytes is { } bytes ? $", {Sizes.InWords(bytes)} not confirmed" : "") + $" (objective {new Duration(TimeSpan.FromSeconds(report.ObjectiveSeconds))})";

    public static void Dropped(Terminal terminal, StandbyDropped dropped)
    {
        Lines(terminal, dropped.Removed.Count == 0 ? "nothing was there to remove" : "removed:", dropped.Removed);
        Lines(terminal, dropped.Left.Count == 0 ? "nothing of it is left" : "left:", dropped.Left);
        if (!dropped.Whole) terminal.Say($"again, when the other side can be reached: tidemark standby drop {dropped.Name}; when it is gone for good: tidemark standby drop {dropped.Name} --gone");
    }

    private static void Lines(Terminal terminal, string title, IEnumerable<string> lines)
    {
        var all = lines.ToList();
        if (all.Count == 0 && title.EndsWith(':')) return;
        terminal.Say(title);
        foreach (var line in all) terminal.Say($"  - {line}");
    }
}
