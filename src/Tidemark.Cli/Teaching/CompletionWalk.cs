using System.CommandLine;
using Tidemark.Cli.Output;

namespace Tidemark.Cli.Teaching;

/// <summary>Reads an unfinished command line as far as it goes, and tells how it may go on.</summary>
internal sealed class CompletionWalk(RootCommand root, Terminal terminal)
{
    private Command command = root;
    private Option? asking;
    private int arguments;
    private bool onlyArguments;

    /// <param name="words">Behind "tidemark"; the last one is being typed and may be empty.</param>
    public IEnumerable<Candidate> Of(IReadOnlyList<string> words)
    {
        foreach (var word in words.SkipLast(1)) Pass(word);
        var last = words.Count == 0 ? "" : words[^1];
        // bash gives "--option=value" as three words.
        if (asking is not null) return Beginning(last == "=" ? "" : last, Values(asking));
        if (!onlyArguments && last.IndexOf('=', StringComparison.Ordinal) is > 0 and var at && Named(last[..at]) is { } option)
            return Beginning(last[(at + 1)..], Values(option)).Select(value => value with { Word = last[..(at + 1)] + value.Word });
        if (!onlyArguments && last.StartsWith('-')) return Beginning(last, Options());
        return Beginning(last, arguments == 0 && command.Subcommands.Count > 0 ? Commands() : arguments < command.Arguments.Count ? Values(command.Arguments[arguments]) : []);
    }

    private void Pass(string word)
    {
        if (asking is not null)
        {
            if (word != "=") asking = null;
        }
        else if (!onlyArguments && word == "--") onlyArguments = true;
        else if (!onlyArguments && word.StartsWith('-')) asking = Named(word) is { } option && TakesValue(option) ? option : null;
        else if (arguments == 0 && command.Subcommands.FirstOrDefault(sub => sub.Name == word) is { } sub) command = sub;
        else arguments++;
    }

    private Option? Named(string word) => Known().FirstOrDefault(option => option.Name == word || option.Aliases.Contains(word));

    private IEnumerable<Option> Known() => command == root ? root.Options : command.Options.Concat(root.Options.Where(option => option.Recursive));

    private IEnumerable<Candidate> Options() => Known().Where(option => !option.Hidden).Select(option => new Candidate(option.Name, option.Description ?? ""));

    private IEnumerable<Candidate> Commands() => command.Subcommands.Where(sub => !sub.Hidden).Select(sub => new Candidate(sub.Name, sub.Description ?? ""));

    private IEnumerable<Candidate> Values(Symbol symbol) => ValueSource.Of(symbol) switch
    {
        null => [],
        { Live: { } live } => LiveValues.Of(live, terminal),
        var source => source.Words.Select(word => new Candidate(word, "")),
    };

    private static bool TakesValue(Option option) => option.ValueType != typeof(bool) && option.Arity.MaximumNumberOfValues > 0;

    private static IEnumerable<Candidate> Beginning(string with, IEnumerable<Candidate> all) => all.Where(one => one.Word.StartsWith(with, StringComparison.Ordinal));
}
