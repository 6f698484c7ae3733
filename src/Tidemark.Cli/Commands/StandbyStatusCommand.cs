using System.CommandLine;
using Tidemark.Cli.Output;
using Tidemark.Cli.Teaching;
using Tidemark.Standbys;

namespace Tidemark.Cli.Commands;

internal static class StandbyStatusCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static Command Build(Terminal terminal)
    {
        var name = new Argument<string?>("name") { Description = "of the standby (default: each)", Arity = ArgumentArity.ZeroOrOne };
        var script = new Option<string?>("--script") { Description = "print only the statements that mend what differs in the schemas: those for the primary (run them first) or for the standby", HelpName = "SIDE" }.Completes("primary", "standby");
        var command = new Command("status", "Show how far behind a standby is, what is wrong with it, and what differs in its schema.") { name, script };
        command.SetAction(async (parsed, token) =>
        {
            var session = Session.Open(terminal);
            var book = session.Workbench.Standbys;
            var wanted = parsed.GetValue(name);
            IReadOnlyList<StandbyRecord> records = wanted is null ? book.All() : [book.Get(wanted)];
            var side = parsed.GetValue(script);
            if (side is not null and not "primary" and not "standby") throw new Fault(FaultCode.Usage, "--script is for primary or standby") { Where = side, Next = "tidemark standby status west --script standby" };
            if (side is not null && records.Count != 1) throw new Fault(FaultCode.Usage, "--script is of one standby") { Next = "tidemark standby status NAME --script standby" };
            var reader = new StandbyReader(session.Binaries, session.Clock);
            List<StandbyReport> reports = [];
            foreach (var record in records) reports.Add(await reader.ReadAsync(record, StandbySides.Of(record, session.Database, session.Options), Patience, whole: true, token));
            if (side is not null) return Script(terminal, reports[0], side);
            if (terminal.Json) CliJson.Write(terminal.Output, new StandbysDocument(reports), CliJson.Default.StandbysDocument);
            if (reports.Count == 0) terminal.Say("no standby is known here; the first one: tidemark standby create NAME --target env:STANDBY_URL");
            foreach (var report in reports) StandbyText.Report(terminal, report);
            return reports.All(report => report.State is StandbyState.Following or StandbyState.Copying or StandbyState.Promoted) ? 0
                : reports.Exists(report => report.State is StandbyState.Late or StandbyState.Broken) ? FaultCode.ObjectiveBreached.ExitCode : FaultCode.Unreachable.ExitCode;
        });
        return command.Teach(CommandGroup.GetBack,
            ("tidemark standby status", "each standby: how far behind, and what is wrong"),
            ("tidemark standby status west --script primary | psql \"$DATABASE_URL\"", "first what the primary needs"),
            ("tidemark standby status west --script standby | psql \"$STANDBY_URL\"", "then what the standby lacks"));
    }

    private static int Script(Terminal terminal, StandbyReport report, string side)
    {
        if (report.Drift is not { } drift) throw new Fault(FaultCode.Unreachable, "the schemas could not be compared") { Why = string.Join("; ", report.Troubles.Select(trouble => trouble.What)), Next = $"tidemark standby status {report.Name}" };
        foreach (var statement in side == "primary" ? drift.OnPrimary : drift.OnStandby) terminal.Output.WriteLine(statement);
        return 0;
    }
}
