using System.CommandLine;
using System.CommandLine.Parsing;

namespace Tidemark.Cli.Teaching;

/// <summary>What the parser found wrong with a known command and known options, in our words.</summary>
internal static class ParseWords
{
    /// <returns>What is wrong, and a line that is right; null where only the parser knows.</returns>
    public static (string What, string Next)? Of(ParseResult parsed)
    {
        var result = parsed.CommandResult;
        var command = result.Command;
        var name = command.FullName();
        var help = $"{name} --help";
        var example = Lesson.Of(command)?.Examples is [var first, ..] ? first.Line : help;
        if (command.Arguments.FirstOrDefault(argument => argument.Arity.MinimumNumberOfValues > (result.GetResult(argument)?.Tokens.Count ?? 0)) is { } lacking)
            return ($"{name} needs {lacking.Label()}", example);
        if (command.Options.FirstOrDefault(option => option.Required && result.GetResult(option) is null or { Implicit: true }) is { } required)
            return ($"{name} needs {required.Label()}", example);
        foreach (var given in result.Children.OfType<OptionResult>().Where(option => !option.Implicit))
            if (given.Option.Arity.MinimumNumberOfValues > given.Tokens.Count) return ($"{given.Option.Name} needs a value", help);
            else if (given.Option.Arity.MaximumNumberOfValues == 1 && given.Tokens.Count > 1) return ($"{given.Option.Name} is given {given.Tokens.Count} times, and takes one value", help);
            else if (given.Option.ValueType == typeof(int) && given.Tokens is [var token] && !int.TryParse(token.Value, out _)) return ($"\"{token.Value}\" is no whole number: {given.Option.Name}", help);
        return null;
    }
}
