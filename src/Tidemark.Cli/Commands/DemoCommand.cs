using System.CommandLine;
using Tidemark.Cli.Output;

namespace Tidemark.Cli.Commands;

internal static class DemoCommand
{
    public static Command Build(Terminal terminal)
    {
        var command = new Command("demo", "Show a backup, an accident and the way back, on a private server that is removed again.");
        command.SetAction((_, _) => Task.FromResult(terminal.Json ? 2 : 1));
        return command;
    }
}
