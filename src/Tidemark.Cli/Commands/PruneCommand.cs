using System.CommandLine;
using Tidemark.Cli.Output;
using Tidemark.Cli.Teaching;
using Tidemark.Retention;
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
            var run = new PruneRun(session.Recorder, session.Folder, session.Options.Retention, session.Clock);
            var plan = run.Plan(only);
            if (only is not null && plan.Groups.Count == 0) throw new Fault(FaultCode.NotFound, $"there is no backup of database \"{only}\"") { Where = session.Folder.Root, Next = "tidemark list" };
            PruneText.TellPlan(terminal, plan, dry);
            IReadOnlyList<PruneOutcome> outcomes = dry || plan.Groups.Count == 0 ? [] : await run.RunAsync(plan, only);
            if (terminal.Json) CliJson.Write(terminal.Output, PruneDocument.Of(plan, dry ? null : outcomes), CliJson.Default.PruneDocument);
            PruneText.TellOutcome(terminal, plan, dry ? null : outcomes);
            var failed = outcomes.Where(outcome => outcome.Fault is not null).ToList();
            return failed.Count == 0 ? 0 : failed.All(outcome => outcome.Fault!.Code == FaultCode.Locked) ? FaultCode.Locked.ExitCode : FaultCode.Partly.ExitCode;
        });
        return command.Teach(CommandGroup.EveryDay,
            ("tidemark prune --dry-run", "what stays and what goes today, each with its reasons"),
            ("tidemark prune", "removes what no rule keeps"));
    }
}
