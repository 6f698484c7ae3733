using System.CommandLine;
using Tidemark.Cli.Commands;
using Tidemark.Cli.Output;
using Tidemark.Cli.Teaching;

namespace Tidemark.Tests.Teaching;

public sealed class HelpPageTests
{
    private static readonly RootCommand Tree = CommandTree.Build(Terminal.OfWriter(TextWriter.Null, new Dictionary<string, string>(), "/"));
    private static readonly List<Command> Commands = [.. ManPage.Leaves(Tree)];

    [Fact]
    public void Every_command_teaches_by_one_to_four_examples_each_with_what_it_does()
    {
        Assert.Empty(Commands.Where(command => Lesson.Of(command) is not { Examples.Count: >= 1 and <= 4 }).Select(command => $"{command.FullName()} has no examples: end its Build with command.Teach(group, (\"tidemark …\", \"what it does\"))"));
        Assert.Empty(Commands.Where(command => Lesson.Of(command)!.Examples.All(example => !example.Line.StartsWith(command.FullName(), StringComparison.Ordinal))).Select(command => $"no example of {command.FullName()} begins with it"));
        Assert.DoesNotContain(Commands.SelectMany(command => Lesson.Of(command)!.Examples), example => string.IsNullOrWhiteSpace(example.Does));
    }

    [Fact]
    public void Every_command_argument_and_option_says_what_it_is() =>
        Assert.Empty(Commands.Concat(Commands.SelectMany(command => command.Options.Cast<Symbol>().Concat(command.Arguments))).Where(symbol => !symbol.Hidden && string.IsNullOrWhiteSpace(symbol.Description)).Select(symbol => symbol.Name));

    [Fact]
    public void Every_page_fits_80_columns_and_has_no_colour()
    {
        foreach (var page in Commands.Select(HelpPage.Of).Append(HelpPage.OfRoot(Tree)))
        {
            Assert.DoesNotContain(page.Split('\n'), line => line.Length > 80 || line.EndsWith(' '));
            Assert.DoesNotContain('\e', page);
        }
    }

    [Fact]
    public void Every_page_has_its_examples_before_its_options_and_leaves_no_option_out()
    {
        foreach (var command in Commands.Where(command => Lesson.Of(command) is not null))
        {
            var page = HelpPage.Of(command);
            Assert.True(page.IndexOf(Lesson.Of(command)!.Examples[0].Line, StringComparison.Ordinal) < page.IndexOf("Everywhere", StringComparison.Ordinal));
            foreach (var option in command.Options.Concat(Tree.Options.Where(option => option.Recursive)).Where(option => !option.Hidden))
                Assert.Single(page.Split('\n'), line => line.StartsWith("  ", StringComparison.Ordinal) && line.TrimStart().StartsWith(option.Label(), StringComparison.Ordinal) && (line.TrimStart().Length == option.Label().Length || line.TrimStart()[option.Label().Length] == ' ') && !line.Contains("tidemark", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void The_first_page_has_every_command_under_what_it_is_for()
    {
        var page = HelpPage.OfRoot(Tree);
        Assert.All(Tree.Subcommands.Where(command => !command.Hidden), command => Assert.Contains($"\n  {command.Name} ", page, StringComparison.Ordinal));
        Assert.DoesNotContain("\n  complete ", page, StringComparison.Ordinal);
        Assert.True(page.IndexOf("Back up\n  backup", StringComparison.Ordinal) < page.IndexOf("Get back\n  restore", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Tidemark_alone_teaches_too_but_does_not_count_as_success()
    {
        var help = await TypedLine.RunAsync(["--help"]);
        var alone = await TypedLine.RunAsync([]);
        Assert.Equal((0, 2), (help.ExitCode, alone.ExitCode));
        Assert.Equal(HelpPage.OfRoot(Tree), help.Said);
        Assert.Equal(help.Said, alone.Said);
        Assert.Equal(2, (await TypedLine.RunAsync(["--nonsense"])).ExitCode);
        Assert.Equal((0, HelpPage.Of(Commands.Single(command => command.Name == "restore"))), await TypedLine.RunAsync(["restore", "--nonsense", "--help"]));
    }
}
