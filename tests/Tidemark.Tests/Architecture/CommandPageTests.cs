using System.CommandLine;
using System.Text.RegularExpressions;
using Tidemark.Cli.Commands;
using Tidemark.Cli.Output;

namespace Tidemark.Tests.Architecture;

public sealed partial class CommandPageTests
{
    private static readonly RootCommand Tree = CommandTree.Build(Terminal.OfWriter(TextWriter.Null, new Dictionary<string, string>(), "/"));
    private static readonly Dictionary<string, Command> Commands = Named(Tree, "").ToDictionary(pair => pair.Name, pair => pair.Command);
    private static readonly Dictionary<string, string> Sections = Checkout.Read("docs/cli.md").Split("\n## tidemark ").Skip(1)
        .ToDictionary(section => section.Split('\n')[0].Trim(), section => section.Split("\n## ")[0]);

    [Fact]
    public void The_page_has_a_section_for_every_command_and_for_nothing_else() =>
        Assert.Equal(Commands.Keys.Order(StringComparer.Ordinal), Sections.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void Every_section_lists_exactly_the_options_of_its_command()
    {
        foreach (var (name, command) in Commands)
        {
            var options = command.Options.Where(option => !option.Hidden && option.Name is not "--help").Select(option => option.Name).Order(StringComparer.Ordinal);
            var listed = Rows().Matches(Sections[name]).Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal);
            Assert.True(options.SequenceEqual(listed), $"tidemark {name} has {string.Join(' ', options)}, docs/cli.md lists {string.Join(' ', listed)}");
        }
    }

    [Fact]
    public void Every_command_and_option_that_the_pages_tell_to_type_exists()
    {
        List<string> unknown = [];
        foreach (var page in Checkout.Pages.Where(page => !page.Path.Contains("/decisions/", StringComparison.Ordinal)))
            foreach (var line in Typed().Matches(page.Text).Select(match => match.Value))
                if (Complaint(line) is { } complaint) unknown.Add($"{page.Path}: {complaint}");
        Assert.Empty(unknown);
    }

    [Fact]
    public void Every_command_that_our_messages_tell_to_type_exists()
    {
        var told = Checkout.Sources.SelectMany(file => Told().Matches(file.Text).Select(match => (file.Path, Line: match.Value))).ToList();
        Assert.True(told.Count > 20, "the messages are not found any more");
        Assert.DoesNotContain(told.Select(line => (line.Path, Complaint: Complaint(line.Line))), line => line.Complaint is not null);
    }

    [Theory]
    [InlineData("tidemark nonsense", "no command")]
    [InlineData("tidemark runs nonsense", "no command")]
    [InlineData("tidemark runs list --nonsense", "no option")]
    [InlineData("./tidemark restore latest --nonsense", "no option")]
    public void A_command_line_that_is_none_is_seen(string line, string found) => Assert.Contains(found, Complaint(line), StringComparison.Ordinal);

    private static string? Complaint(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..];
        if (words.Length == 0 || words[0].StartsWith('-')) return null;
        if (words.Length == 1 && Commands.Keys.Any(name => name.StartsWith(words[0] + " ", StringComparison.Ordinal))) return null;
        if (!Commands.TryGetValue(string.Join(' ', words.Take(2)), out var command) && !Commands.TryGetValue(words[0], out command)) return $"no command: {line}";
        var known = command.Options.Concat(Tree.Options).Select(option => option.Name).Append("--help");
        return words.Where(word => word.StartsWith("--", StringComparison.Ordinal)).FirstOrDefault(word => !known.Contains(word)) is { } unknown ? $"no option {unknown}: {line}" : null;
    }

    private static IEnumerable<(string Name, Command Command)> Named(Command command, string above) => command.Subcommands.Where(sub => !sub.Hidden)
        .SelectMany(sub => sub.Subcommands.Count > 0 ? Named(sub, $"{above}{sub.Name} ") : [(above + sub.Name, sub)]);

    [GeneratedRegex(@"^\| `(--[a-z-]+)[^`]*` \|", RegexOptions.Multiline)]
    private static partial Regex Rows();

    // At the start of a line (with or without a prompt) or in backticks.
    [GeneratedRegex(@"(?:(?<=^(?:\$ )?)|(?<=`))(?:\./)?tidemark [a-z][^`\n#]*", RegexOptions.Multiline)]
    private static partial Regex Typed();

    // "tidemark verb --option" inside a string; what follows an interpolation is not known here.
    [GeneratedRegex(@"(?<=""[^""\n]*)\btidemark [a-z]+(?: [a-z]+)?(?: --[a-z-]+)*(?=[^\n]*"")")]
    private static partial Regex Told();
}
