using Tidemark.Cli.Commands;
using Tidemark.Cli.Output;

namespace Tidemark.Tests.Teaching;

/// <summary>A line typed to the program, within this process.</summary>
internal static class TypedLine
{
    /// <returns>The exit code, and stdout and stderr as one text.</returns>
    public static async Task<(int ExitCode, string Said)> RunAsync(string[] args, string folder = "/", params (string Name, string Value)[] environment)
    {
        using var said = new StringWriter();
        var terminal = Terminal.OfWriter(said, environment.ToDictionary(variable => variable.Name, variable => variable.Value), folder);
        var exit = await CommandTree.RunAsync(args, terminal, TestContext.Current.CancellationToken);
        return (exit, said.ToString());
    }
}
