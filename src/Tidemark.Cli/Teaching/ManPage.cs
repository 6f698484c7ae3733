using System.CommandLine;
using System.Text;
using Tidemark.Configuration;

namespace Tidemark.Cli.Teaching;

/// <summary>tidemark(1), made of the same tree as the help.</summary>
internal static class ManPage
{
    /// <summary>roff, for <c>man</c>; the version stands at its foot.</summary>
    public static string Of(RootCommand root, string version)
    {
        var page = new StringBuilder();
        Macro(page, $"TH TIDEMARK 1 \"\" {Quoted($"tidemark {version}")} \"Tidemark\"");
        Section(page, "NAME", "tidemark - back up PostgreSQL databases and get them back");
        Macro(page, "SH SYNOPSIS");
        Macro(page, "B tidemark");
        Text(page, "COMMAND [OPTIONS]");
        Section(page, "DESCRIPTION", root.Description!);
        Macro(page, "PP");
        Text(page, "Start with:");
        Lines(page, Lesson.Of(root)!.Examples.Select(example => example.Line));
        Macro(page, "SH COMMANDS");
        foreach (var command in Leaves(root).OrderBy(HelpPage.GroupOf)) Tell(page, command);
        Macro(page, "SH OPTIONS OF EVERY COMMAND");
        foreach (var option in root.Options) Tagged(page, option.Label(), option.Words());
        Macro(page, "SH EXIT STATUS");
        foreach (var (code, meaning) in ExitCodes.All) Tagged(page, $"{code}", meaning);
        Macro(page, "SH ENVIRONMENT");
        Text(page, "A flag beats the environment, which beats .env, which beats tidemark.json. Both files are searched from the working folder upward.");
        foreach (var setting in SettingCatalogue.All) Tagged(page, setting.Variable, setting.Default is { } value ? $"{setting.Meaning} (default: {value})" : setting.Meaning);
        Macro(page, "SH SEE ALSO");
        Text(page, "pg_dump(1), pg_restore(1), psql(1)");
        return page.ToString();
    }

    /// <summary>Every command that does something: those that only hold others are told by these.</summary>
    public static IEnumerable<Command> Leaves(Command command) =>
        command.Subcommands.Where(sub => !sub.Hidden).SelectMany(sub => sub.Subcommands.Count == 0 ? [sub] : Leaves(sub));

    private static void Tell(StringBuilder page, Command command)
    {
        Macro(page, $"SS {Quoted(command.Usage())}");
        Text(page, command.Description!);
        foreach (var argument in command.Arguments.Where(argument => !argument.Hidden)) Tagged(page, argument.Label(), argument.Description!);
        foreach (var option in command.Shown()) Tagged(page, option.Label(), option.Words());
        if (Lesson.Of(command) is not { } lesson) return;
        foreach (var example in lesson.Examples)
        {
            Macro(page, "PP");
            Text(page, $"{char.ToUpperInvariant(example.Does[0])}{example.Does[1..]}:");
            Lines(page, [example.Line]);
        }
    }

    private static void Section(StringBuilder page, string title, string text)
    {
        Macro(page, $"SH {title}");
        Text(page, text);
    }

    private static void Tagged(StringBuilder page, string tag, string text)
    {
        Macro(page, "TP");
        Macro(page, $"B {Quoted(tag)}");
        Text(page, text);
    }

    private static void Lines(StringBuilder page, IEnumerable<string> lines)
    {
        Macro(page, "PP");
        Macro(page, "RS 4");
        Macro(page, "nf");
        foreach (var line in lines) Text(page, line);
        Macro(page, "fi");
        Macro(page, "RE");
    }

    private static void Macro(StringBuilder page, string line) => page.Append('.').Append(line).Append('\n');

    /// <summary>A line that begins with a dot or a quote would be a request.</summary>
    private static void Text(StringBuilder page, string text) => page.Append(text is ['.' or '\'', ..] ? "\\&" : "").Append(Escaped(text)).Append('\n');

    private static string Quoted(string text) => $"\"{Escaped(text).Replace("\"", "\\(dq", StringComparison.Ordinal)}\"";

    /// <summary>A bare minus may be shown as a hyphen, which nobody can paste.</summary>
    private static string Escaped(string text) => text.Replace("\\", "\\e", StringComparison.Ordinal).Replace("-", "\\-", StringComparison.Ordinal).Replace("'", "\\(aq", StringComparison.Ordinal);
}
