using System.CommandLine;
using System.CommandLine.Parsing;
using Tidemark.Processes;

namespace Tidemark.Cli.Teaching;

/// <summary>Says what is wrong with a command line, and the line that was probably meant.</summary>
internal static class UsageFault
{
    /// <returns>Null when nothing is wrong with it.</returns>
    public static Fault? Of(ParseResult parsed, IReadOnlyList<string> args)
    {
        var (command, root) = (parsed.CommandResult.Command, parsed.RootCommandResult.Command);
        var where = $"tidemark {string.Join(' ', args)}";
        var help = $"{command.FullName()} --help";
        // The parser looks for a command behind a word that it does not know.
        if (args.FirstOrDefault(arg => !arg.StartsWith('-')) is { } verb && root.Subcommands.All(sub => sub.Name != verb)) return OfVerb(verb, root, args, where);
        if ((OptionTakenForValue(parsed) ?? (parsed.UnmatchedTokens is [var unmatched, ..] ? unmatched : null)) is not { } word)
            return parsed.Errors.Count == 0 ? null : ParseWords.Of(parsed) is { } ours ? new Fault(FaultCode.Usage, ours.What) { Where = where, Next = ours.Next } : new Fault(FaultCode.Usage, parsed.Errors[0].Message) { Where = where, Next = help };
        if (word.StartsWith('-'))
        {
            var name = word.Split('=')[0];
            var meant = Spelling.Nearest(name, command.Options.Concat(root.Options).Where(option => !option.Hidden).Select(option => option.Name));
            return Unknown(name, meant, where, meant is null ? help : Corrected(args, word, meant + word[name.Length..]));
        }
        if (command.Subcommands.Count == 0)
            return new Fault(FaultCode.Usage, $"\"{word}\" is one word too many for {command.FullName()}") { Where = where, Next = help };
        return Misspelt(word, command, args, where);
    }

    private static Fault OfVerb(string verb, Command root, IReadOnlyList<string> args, string where)
    {
        if (verb is "help" or "version")
            return new Fault(FaultCode.Usage, $"\"{verb}\" is an option here: --{verb}") { Where = where, Next = $"{(verb == "help" ? Named(root, args.SkipWhile(arg => arg != verb).Skip(1)) : root).FullName()} --{verb}" };
        if (ForeignWord.Of(verb) is { } foreign)
            return new Fault(FaultCode.Usage, $"\"{verb}\" is a word of {foreign.Tool}") { Where = where, Why = foreign.Says, Next = $"tidemark {foreign.Ours} --help" };
        return Misspelt(verb, root, args, where);
    }

    private static Fault Misspelt(string word, Command command, IReadOnlyList<string> args, string where)
    {
        var near = Spelling.Nearest(word, command.Subcommands.Where(sub => !sub.Hidden).Select(sub => sub.Name));
        return Unknown(word, near, where, near is null ? $"{command.FullName()} --help" : Corrected(args, word, near));
    }

    /// <summary>The command that the words name, as far as they do.</summary>
    private static Command Named(Command command, IEnumerable<string> words)
    {
        foreach (var word in words)
            if (command.Subcommands.FirstOrDefault(sub => sub.Name == word && !sub.Hidden) is { } next) command = next;
            else break;
        return command;
    }

    private static Fault Unknown(string word, string? meant, string where, string next) =>
        new(FaultCode.Usage, $"\"{word}\" is not known{(meant is null ? " here" : $"; did you mean {meant}?")}") { Where = where, Next = next };

    private static string Corrected(IReadOnlyList<string> args, string word, string meant)
    {
        var words = args.ToList();
        words[words.IndexOf(word)] = meant;
        return $"tidemark {string.Join(' ', words.Select(ShellWord.Quote))}";
    }

    /// <summary>The parser takes an option that it does not know for a value where a command takes one: "restore --databse x".</summary>
    private static string? OptionTakenForValue(ParseResult parsed)
    {
        if (parsed.Tokens.Any(token => token.Type == TokenType.DoubleDash)) return null;
        return parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens).Select(token => token.Value).FirstOrDefault(value => value is ['-', _, ..]);
    }
}
