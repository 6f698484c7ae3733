using System.CommandLine;
using Tidemark.Cli.Demo;
using Tidemark.Cli.Output;
using Tidemark.Cli.Teaching;

namespace Tidemark.Cli.Commands;

internal static class DemoCommand
{
    public static Command Build(Terminal terminal)
    {
        var command = new Command("demo", "Show a backup, an accident and the way back, on a private server that is removed again.");
        command.SetAction(async (_, token) =>
        {
            var document = await new DemoRunner(terminal, TimeProvider.System).RunAsync(token);
            if (terminal.Json) CliJson.Write(terminal.Output, document, CliJson.Default.DemoDocument);
            return document.Proven ? 0 : FaultCode.Verification.ExitCode;
        });
        return command.Teach(CommandGroup.SetUp,
            ("tidemark demo", "a trading database is wrecked and comes back; nothing of yours is read"));
    }
}
