using System.CommandLine;
using Tidemark.Cli.Output;
using Tidemark.Cli.Teaching;
using Tidemark.Hosting;
using Tidemark.Retention;
using Tidemark.Retention.Bases;
using Tidemark.Runs;

namespace Tidemark.Cli.Commands;

internal static class PruneCommand
{
    public static Command Build(Terminal terminal)
    {
        var dryRun = new Option<bool>("--dry-run") { Description = "show what stays and what goes, each with its reasons, and remove nothing" };
        var database = new Option<string?>("--database") { Description = "only backups of this database (default: every one in the folder)" }.Completes(LiveValue.Databases);
        var command = new Command("prune", "Remove the backups that no rule of retention keeps.") { dryRun, database };
        command.SetAction(async (parsed, token) =>
        {
            var session = Session.Open(terminal);
            var (only, dry) = (parsed.GetValue(database), parsed.GetValue(dryRun));
            if (!dry) await session.TidyAsync(null, token);
            var (plan, objectives, outlooks, basesUnseen) = await RetentionOutlook.LookAsync(session.Workbench, session.Recorder, only, token);
            if (only is not null && plan.Groups.Count == 0) throw await session.NothingOfAsync(only, token);
            PruneText.TellPlan(terminal, plan, objectives, dry, hasBases: outlooks.Count > 0);
            BasePruneText.Tell(terminal, outlooks, session.Options.SweepGrace, dry);
            foreach (var part in basesUnseen) terminal.Remark($"warning: {part}");
            IReadOnlyList<PruneOutcome> outcomes = dry || plan is { Groups.Count: 0, Unseen.Count: 0 } ? [] : await session.Workbench.PruneOfDumps(session.Recorder).RunAsync(plan, only, token);
            IReadOnlyList<BasePruneReport> reports = dry || outlooks.Count == 0 ? [] : await session.Workbench.PruneOfBases(session.Recorder).RunAsync(outlooks, token);
            if (terminal.Json) CliJson.Write(terminal.Output, PruneDocument.Of(plan, objectives, dry ? null : outcomes) with { Bases = [.. outlooks.Select((outlook, at) => PrunedBases.Of(outlook, dry ? null : reports[at]))] }, CliJson.Default.PruneDocument);
            PruneText.TellOutcome(terminal, plan, dry ? null : outcomes);
            foreach (var report in reports) BasePruneText.Tell(terminal, report, session.Options.SweepGrace);
            if (basesUnseen.Count > 0 || BasePruneRun.FindingOf(reports) is not null) return FaultCode.Partly.ExitCode;
            return !dry && PruneRun.FindingOf(outcomes, plan.Unseen) is { } finding ? finding.Code.ExitCode : outcomes.Any(outcome => outcome.Fault is not null) ? FaultCode.Locked.ExitCode : 0;
        });
        return command.Teach(CommandGroup.EveryDay,
            ("tidemark prune --dry-run", "what stays and what goes today, each with its reasons"),
            ("tidemark prune", "removes what no rule keeps"));
    }
}
