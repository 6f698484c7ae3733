using System.CommandLine;
using Spectre.Console;
using Tidemark.Cli.Output;
using Tidemark.Cli.Teaching;
using Tidemark.Clusters;

namespace Tidemark.Cli.Commands;

internal static class DoctorCommand
{
    public static Command Build(Terminal terminal)
    {
        var command = new Command("doctor", "Look whether backups and restores will work, and say what to do where not. Changes nothing.");
        command.SetAction(async (_, token) =>
        {
            var (session, reading) = Session.Inspect(terminal);
            var checks = await new ClusterProbe(reading, session.Binaries, session.Stores, session.Clock).RunAsync(token);
            if (terminal.Json) CliJson.Write(terminal.Output, new DoctorDocument([.. checks.Select(CheckDocument.Of)]), CliJson.Default.DoctorDocument);
            else Tell(terminal, checks);
            return Check.ExitCode(checks);
        });
        return command.Teach(CommandGroup.SetUp,
            ("tidemark doctor", "every check, with what to do where one fails"),
            ("tidemark doctor --json", "the same for a program"));
    }

    private static void Tell(Terminal terminal, IReadOnlyList<Check> checks)
    {
        const string indent = "\n      ";
        foreach (var check in checks)
        {
            terminal.OutputConsole.Markup(check.State switch { CheckState.Ok => "[green]OK  [/]", CheckState.Warn => "[yellow]WARN[/]", CheckState.Fail => "[red]FAIL[/]", _ => "[grey]-   [/]" });
            terminal.Say($"  {check.Id,-17}  {check.What}: {(check.State == CheckState.NotLookedAt ? "not looked at, " : "")}{check.Found.ReplaceLineEndings(indent)}");
            if (check.Next is { } next) terminal.Say($"      next  {next.ReplaceLineEndings($"{indent}      ")}");
        }
        int Count(CheckState state) => checks.Count(check => check.State == state);
        terminal.Say($"{Count(CheckState.Ok)} OK, {Count(CheckState.Warn)} WARN, {Count(CheckState.Fail)} FAIL{(Count(CheckState.NotLookedAt) is > 0 and var unseen ? $", {unseen} not looked at" : "")}");
    }
}
