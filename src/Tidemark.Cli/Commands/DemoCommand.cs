using System.CommandLine;
using Tidemark.Cli.Demo;
using Tidemark.Cli.Output;

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
        return command;
    }
}
