using System.CommandLine;
using Tidemark.Cli.Output;
using Tidemark.Cli.Teaching;

namespace Tidemark.Cli.Commands;

internal static class CompletionCommand
{
    public static Command Build(Terminal terminal)
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh or fish" }.Completes([.. CompletionScript.Shells]);
        var command = new Command("completion", "Print the script that lets a shell complete commands, options, databases and backups.") { shell };
        command.SetAction(parsed =>
        {
            var named = parsed.GetValue(shell)!;
            terminal.Output.Write(CompletionScript.Of(named) ?? throw new Fault(FaultCode.Usage, $"\"{named}\" is no shell that is known here") { Why = $"known are {string.Join(", ", CompletionScript.Shells)}", Next = "tidemark completion bash" });
            return 0;
        });
        return command.Teach(CommandGroup.SetUp,
            ("tidemark completion bash >> ~/.bashrc", "from the next shell on, TAB completes"),
            ("tidemark completion zsh >> ~/.zshrc", "the same for zsh"),
            ("tidemark completion fish >> ~/.config/fish/config.fish", "the same for fish"));
    }

    /// <summary>What the scripts call at every TAB: one candidate a line, and never a word about what is wrong.</summary>
    public static Command BuildComplete(Terminal terminal)
    {
        var words = new Argument<string[]>("words") { Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("complete", "Tell how a command line may go on.") { words };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            try
            {
                foreach (var candidate in new CompletionWalk(CommandTree.Build(terminal), terminal).Of(parsed.GetValue(words) ?? []).DistinctBy(candidate => candidate.Word))
                    if (candidate.Line is { } line) terminal.Output.WriteLine(line);
                return 0;
            }
            catch (Exception silent) when (silent is Fault or IOException or UnauthorizedAccessException)
            {
                return 1;
            }
        });
        return command;
    }
}
