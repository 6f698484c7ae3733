using System.CommandLine;

namespace Tidemark.Cli.Teaching;

/// <summary>How commands, options and arguments are written in help, man page and documentation.</summary>
internal static class HelpLabels
{
    /// <summary>The words that call it.</summary>
    public static string FullName(this Command command) =>
        command is RootCommand ? "tidemark" : $"{command.Parents.OfType<Command>().FirstOrDefault()?.FullName() ?? "tidemark"} {command.Name}";

    public static string Usage(this Command command) => string.Join(' ',
        [command.FullName(), .. command.Subcommands.Any(sub => !sub.Hidden) ? ["COMMAND"] : command.Arguments.Where(argument => !argument.Hidden).Select(Label), .. Shown(command).Where(option => option.Required).Select(Label), .. Shown(command).Any(option => !option.Required) ? ["[OPTIONS]"] : Array.Empty<string>()]);

    /// <summary>"ID", or "[ID]" where it may be left out.</summary>
    public static string Label(this Argument argument)
    {
        var name = argument.Name.ToUpperInvariant() + (argument.Arity.MaximumNumberOfValues > 1 ? "..." : "");
        return argument.Arity.MinimumNumberOfValues == 0 ? $"[{name}]" : name;
    }

    /// <summary>"--format custom|sql.gz", "--label LABEL", "--all", "-h, --help".</summary>
    public static string Label(this Option option)
    {
        var names = string.Join(", ", option.Aliases.Where(alias => alias is ['-', not ('-' or '?')]).Append(option.Name));
        if (option.ValueType == typeof(bool) || option.Arity.MaximumNumberOfValues == 0) return names;
        return $"{names} {option.HelpName ?? (ValueSource.Of(option) is { Words: { Count: > 0 } words } ? string.Join('|', words) : option.Name.TrimStart('-').Split('-')[^1].ToUpperInvariant())}";
    }

    /// <summary>Its description, with the default where the description does not tell it.</summary>
    public static string Words(this Option option) =>
        option.Required ? $"{option.Description} (required)" : option.ValueType == typeof(string) && option.HasDefaultValue && !option.Description!.Contains("default", StringComparison.Ordinal) ? $"{option.Description} (default: {option.GetDefaultValue()})" : option.Description!;

    /// <summary>The command's own options.</summary>
    public static IEnumerable<Option> Shown(this Command command) => command.Options.Where(option => !option.Hidden && !option.Recursive);
}
