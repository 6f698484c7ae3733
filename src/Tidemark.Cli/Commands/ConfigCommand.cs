using System.CommandLine;
using Spectre.Console;
using Tidemark.Cli.Output;
using Tidemark.Cli.Teaching;
using Tidemark.Configuration;

namespace Tidemark.Cli.Commands;

internal static class ConfigCommand
{
    public static Command Build(Terminal terminal) =>
        new Command("config", "Show the settings and where each comes from, or say what is wrong with them.") { BuildShow(terminal), BuildCheck(terminal) }
            .Teach(CommandGroup.SetUp, ("tidemark config show", "every setting and where it comes from"));

    private static Command BuildShow(Terminal terminal)
    {
        var command = new Command("show", "Show every setting with its origin, secrets masked.");
        command.SetAction(_ =>
        {
            var (_, reading) = Session.Inspect(terminal);
            if (terminal.Json) CliJson.Write(terminal.Output, ConfigurationDocument.Of(reading), CliJson.Default.ConfigurationDocument);
            else Table(terminal, reading);
            return Tell(terminal, reading);
        });
        return command.Teach(CommandGroup.SetUp,
            ("tidemark config show", "every setting and where it comes from"),
            ("tidemark config show --json", "the same for a program"));
    }

    private static Command BuildCheck(Terminal terminal)
    {
        var command = new Command("check", "Say all that is wrong with the settings, at once, and which objectives the schedules and the retention cannot meet.");
        command.SetAction(async (_, token) =>
        {
            var (session, reading) = Session.Inspect(terminal);
            var warnings = reading.Faults.Count == 0 ? await ObjectiveWarnings.LookAsync(session, token) : [];
            if (terminal.Json) CliJson.Write(terminal.Output, ConfigurationDocument.Of(reading) with { Warnings = warnings }, CliJson.Default.ConfigurationDocument);
            foreach (var warning in warnings) terminal.Remark($"warning: {warning}");
            if (reading.Faults.Count == 0) terminal.Say($"OK: nothing is wrong with the settings ({(reading.Files.Count == 0 ? "no .env and no tidemark.json" : string.Join(", ", reading.Files))}, environment)");
            return Tell(terminal, reading);
        });
        return command.Teach(CommandGroup.SetUp, ("tidemark config check", "whether all settings can be used"));
    }

    /// <summary>The faults, as any command that needs the settings would tell them.</summary>
    private static int Tell(Terminal terminal, ConfigurationReading reading)
    {
        if (reading.Faults.Count == 0) return 0;
        FaultText.TellTalk(terminal, reading.Fault!);
        return FaultCode.Configuration.ExitCode;
    }

    private static void Table(Terminal terminal, ConfigurationReading reading)
    {
        var table = new Table().NoBorder().AddColumns("variable", "value", "origin");
        foreach (var setting in ConfigurationDocument.Of(reading).Settings)
            table.AddRow(new Text(setting.Variable), new Text(Terminal.Printable(setting.Value ?? "")), new Text(Terminal.Printable(setting.Origin)));
        terminal.OutputConsole.Write(table);
    }
}
