using System.CommandLine;
using Tidemark.Cli.Output;
using Tidemark.Cli.Teaching;
using Tidemark.Dumps;
using Tidemark.Protection;
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
            var run = new PruneRun(session.Recorder, session.Stores, session.Options.Retention, session.Clock);
            var looks = await session.Stores.LookEachAsync(token);
            var plan = await run.PlanAsync(looks, only, token);
            if (only is not null && plan.Groups.Count == 0) throw await session.NothingOfAsync(only, token);
            var objectives = await ObjectivesAsync(session, DumpStores.Together(looks), plan, token);
            var bases = session.Workbench.PruneOfBases(session.Recorder);
            // A base backup is of no database.
            var (outlooks, basesUnseen) = only is null ? await bases.PlanAsync(token) : ([], []);
            PruneText.TellPlan(terminal, plan, objectives, dry, hasBases: outlooks.Count > 0);
            BasePruneText.Tell(terminal, outlooks, session.Options.SweepGrace, dry);
            foreach (var part in basesUnseen) terminal.Remark($"warning: {part}");
            IReadOnlyList<PruneOutcome> outcomes = dry || plan is { Groups.Count: 0, Unseen.Count: 0 } ? [] : await run.RunAsync(plan, only, token);
            IReadOnlyList<BasePruneReport> reports = dry || outlooks.Count == 0 ? [] : await bases.RunAsync(outlooks, token);
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

    /// <summary>Judged as status judges them: with all backups, and without what goes.</summary>
    private static async Task<List<ObjectiveOutlook>> ObjectivesAsync(Session session, DumpListing listing, RetentionPlan plan, CancellationToken token)
    {
        var goes = plan.Goes.Select(decision => decision.Entry.Key).ToHashSet(StringComparer.Ordinal);
        var look = await session.Protection.LookAsync(listing, token);
        return [.. ObjectiveOutlook.Of(session.Protection.Judge(look, null, null), session.Protection.Judge(look, null, goes), session.Options.Objectives.Rto).Where(outlook => plan.Groups.Any(group => group.Database == outlook.Database))];
    }
}
