using System.CommandLine;
using System.Reflection;
using Tidemark.Cli.Output;
using Tidemark.Cli.Teaching;

namespace Tidemark.Cli.Commands;

/// <summary>Prints the man page, for <c>make install</c>.</summary>
internal static class ManCommand
{
    public static Command Build(Terminal terminal)
    {
        var command = new Command("man", "Print the man page.") { Hidden = true };
        command.SetAction(_ =>
        {
            terminal.Output.Write(ManPage.Of(CommandTree.Build(terminal), typeof(ManCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion));
            return 0;
        });
        return command;
    }
}
