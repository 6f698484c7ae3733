using Tidemark.Files;
using Tidemark.Processes;
using Tidemark.Restores.Bases;

namespace Tidemark.Cli.Output;

/// <summary>The restore of a base backup, planned and done.</summary>
internal static class BaseRestoreText
{
    public static void TellPlan(Terminal terminal, RecoveryPlan plan, string folder)
    {
        if (terminal.Json) CliJson.Write(terminal.Output, BasePlanDocument.Of(plan, folder), CliJson.Default.BasePlanDocument);
        terminal.Say($"plan: restore base backup {plan.Road.Base.Id} into {folder}");
        Tell(terminal, plan);
        terminal.Say($"  size            {Sizes.InWords(plan.Road.Manifest.Totals.Bytes)} and {Sizes.Count((long)plan.Segments, "segment")} of WAL ({Sizes.InWords(plan.WalBytes)}), free {Sizes.InWords(FreeSpace.Of(folder))}");
        foreach (var space in plan.Road.Manifest.Tablespaces.Where(one => one.Path is not null)) terminal.Say($"  tablespace      {space.Path}");
        foreach (var (name, value) in RecoverySettings.Lines(plan, new HighestSettings(plan.Road.Manifest).ByName, promote: false).Where(line => line.Value.Length > 0)) terminal.Say($"  setting         {name} = '{value}'");
        foreach (var warning in plan.Warnings) terminal.Say($"  warning         {warning}");
        terminal.Say("nothing was done (--dry-run)");
    }

    public static void Tell(Terminal terminal, BaseRestoreReport report)
    {
        if (terminal.Json) CliJson.Write(terminal.Output, BaseRestoreDocument.Of(report), CliJson.Default.BaseRestoreDocument);
        terminal.Say($"restored base backup {report.Plan.Road.Base.Id} into {report.Folder} in {Ages.InWords(report.Duration)}");
        Tell(terminal, report.Plan);
        terminal.Say($"  written         {Sizes.Count(report.Files, "file")}, {Sizes.InWords(report.Bytes)}, and {Sizes.Count((long)report.Plan.Segments, "segment")} of WAL");
        if (report.Aside is not null) terminal.Say($"  moved aside     what was there is {report.Aside}");
        terminal.Say("  a copy          it archives nothing and follows no publication, until the lines are removed that postgresql.auto.conf names");
        foreach (var warning in report.Warnings) terminal.Say($"  warning         {warning}");
        terminal.Say($"  try next        pg_verifybackup {ShellWord.Quote(report.Folder)} && pg_ctl start -D {ShellWord.Quote(report.Folder)}");
    }

    private static void Tell(Terminal terminal, RecoveryPlan plan)
    {
        terminal.Say($"  server          PostgreSQL {plan.Road.Manifest.ServerVersion / 10000}.{plan.Road.Manifest.ServerVersion % 10000}");
        terminal.Say($"  backup of       {RecoveryTarget.Told(plan.Road.ConsistentAt)}, consistent at {plan.Road.Consistent}");
        terminal.Say($"  recovers to     {Stop(plan)}, on timeline {plan.Road.History.Timeline.Value}");
    }

    private static string Stop(RecoveryPlan plan) => plan.Stop switch
    {
        RecoveryStop.Immediate => "the end of the backup",
        RecoveryStop.Place when plan.Reached is { } commit => $"the commit of {RecoveryTarget.Told(commit)} at {plan.At}",
        RecoveryStop.Place => $"{plan.At}",
        _ => $"the end of the stored log, {plan.WalEnd}",
    };
}
