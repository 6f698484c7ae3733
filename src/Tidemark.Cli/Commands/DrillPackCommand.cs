using System.CommandLine;
using Tidemark.Cli.Output;
using Tidemark.Cli.Teaching;
using Tidemark.Drills.MonthPacks;

namespace Tidemark.Cli.Commands;

internal static class DrillPackCommand
{
    public static Command Build(Terminal terminal)
    {
        var which = new Argument<string?>("month") { Description = "2026-10 (default: the last one that is over)", Arity = ArgumentArity.ZeroOrOne };
        var output = new Option<string?>("--output") { Description = "where to write it (default: in this folder, named after the month)", HelpName = "FILE" };
        var command = new Command("pack", "Pack a month for an auditor: runs, failures with what followed, drills with their reports, settings that changed; one signed archive.") { which, output };
        command.SetAction(parsed =>
        {
            var session = Session.Open(terminal);
            var month = parsed.GetValue(which) is { } typed ? PackMonth.Parse(typed) : PackMonth.Before(session.Clock.GetUtcNow());
            var path = Path.GetFullPath(parsed.GetValue(output) ?? month.FileName, terminal.Folder);
            var record = MonthRecord.Read(session.State, session.Workbench.Evidence, month);
            if (record.IsEmpty) throw new Fault(FaultCode.NotFound, $"nothing is known of {month}") { Where = session.State, Why = "no run, no audit event and no drill is of that month", Next = "tidemark runs list" };
            session.Workbench.MonthPacks.Write(path, month, record);
            if (session.Clock.GetUtcNow() < month.Until) terminal.Remark("the month is not over: what is still to come is not in it");
            if (terminal.Json) CliJson.Write(terminal.Output, new MonthPackDocument(path, month.ToString(), record.Runs.Count, record.Failures.Count, record.Drills.Count, record.Settings.Count), CliJson.Default.MonthPackDocument);
            terminal.Say($"packed {path}: {Sizes.Count(record.Runs.Count, "run")}, {Sizes.Count(record.Failures.Count, "failure")}, {Sizes.Count(record.Drills.Count, "drill")}, {Sizes.Count(record.Settings.Count, "change")} of settings");
            return 0;
        });
        return command.Teach(CommandGroup.GetBack, ("tidemark drill pack 2026-10 --output october.zip", "October 2026 as one file; tidemark drill verify october.zip"));
    }
}
