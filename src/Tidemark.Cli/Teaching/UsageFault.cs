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
        var command = parsed.CommandResult.Command;
        var where = $"tidemark {string.Join(' ', args)}";
        var help = $"{command.FullName()} --help";
        if ((OptionTakenForValue(parsed) ?? (parsed.UnmatchedTokens is [var unmatched, ..] ? unmatched : null)) is not { } word)
            return parsed.Errors.Count == 0 ? null : new Fault(FaultCode.Usage, parsed.Errors[0].Message) { Where = where, Next = help };
        if (word.StartsWith('-'))
        {
            var name = word.Split('=')[0];
            var meant = Spelling.Nearest(name, command.Options.Concat(parsed.RootCommandResult.Command.Options).Where(option => !option.Hidden).Select(option => option.Name));
            return Unknown(name, meant, where, meant is null ? help : Corrected(args, word, meant + word[name.Length..]));
        }
        if (command.Subcommands.Count == 0)
            return new Fault(FaultCode.Usage, $"\"{word}\" is one word too many for {command.FullName()}") { Where = where, Next = help };
        if (command is RootCommand && ForeignWord.Of(word) is { } foreign)
            return new Fault(FaultCode.Usage, $"\"{word}\" is a word of {foreign.Tool}") { Where = where, Why = foreign.Says, Next = $"tidemark {foreign.Ours} --help" };
        var near = Spelling.Nearest(word, command.Subcommands.Where(sub => !sub.Hidden).Select(sub => sub.Name));
        return Unknown(word, near, where, near is null ? help : Corrected(args, word, near));
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
