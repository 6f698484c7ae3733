using Tidemark.Cli.Commands;
using Tidemark.Cli.Output;

namespace Tidemark.Cli;

internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        if (WalAtHand.TryServe(args)) return 0;
        using var interruption = new Interruption();
        var terminal = Terminal.OfConsole(args);
        return await CommandTree.RunAsync(args, terminal, interruption.Token);
    }
}
