using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Tidemark.Cli.Output;

namespace Tidemark.Cli.Teaching;

/// <summary>What <c>--help</c> prints: lines to type first, then the options.</summary>
internal sealed class HelpPage(Terminal terminal) : SynchronousCommandLineAction
{
    private const int CommandColumn = 15;
    private const int OptionColumn = 24;

    /// <summary>Help is given whatever else is wrong with the line.</summary>
    public override bool ClearsParseErrors => true;

    public static void Become(RootCommand root, Terminal terminal)
    {
        var help = root.Options.OfType<HelpOption>().Single();
        help.Description = "this help";
        help.Action = new HelpPage(terminal);
        root.Options.OfType<VersionOption>().Single().Description = "the version of tidemark";
    }

    public override int Invoke(ParseResult parseResult)
    {
        var command = parseResult.CommandResult.Command;
        terminal.Output.Write(command is RootCommand root ? OfRoot(root) : Of(command));
        return 0;
    }

    public static string OfRoot(RootCommand root)
    {
        var text = new HelpText();
        text.Paragraph(root.Description!);
        text.Heading("Start with");
        foreach (var example in Lesson.Of(root)!.Examples) text.Line(example.Line);
        foreach (var group in root.Subcommands.Where(command => !command.Hidden).GroupBy(GroupOf).OrderBy(group => group.Key))
        {
            text.Heading(group.Key.Title());
            text.Rows(group.Select(command => (command.Name, command.Description!)), CommandColumn);
        }
        text.Heading("Everywhere");
        text.Rows(root.Options.Select(Row), CommandColumn);
        text.Heading("tidemark COMMAND --help begins with examples; tidemark demo shows it work.");
        return text.ToString();
    }

    public static string Of(Command command)
    {
        var text = new HelpText();
        text.Paragraph(command.Description!);
        var lesson = Lesson.Of(command);
        if (lesson is not null)
        {
            text.Heading("Examples");
            foreach (var example in lesson.Examples)
            {
                text.Line(example.Line);
                text.Below(example.Does);
            }
        }
        text.Heading("Usage");
        text.Line(command.Usage());
        var commands = command.Subcommands.Where(sub => !sub.Hidden).Select(sub => (sub.Name, sub.Description!)).ToList();
        if (commands.Count > 0) Section(text, "Commands", commands);
        var arguments = command.Arguments.Where(argument => !argument.Hidden).Select(argument => (argument.Label(), argument.Description!)).ToList();
        if (arguments.Count > 0) Section(text, "Arguments", arguments);
        var headed = lesson?.Headings ?? [];
        var others = command.Shown().Except(headed.SelectMany(heading => heading.Options)).ToList();
        if (others.Count > 0) Section(text, "Options", [.. others.Select(Row)]);
        foreach (var (heading, options) in headed) Section(text, heading, [.. options.Select(Row)]);
        if (RootOf(command) is { } root) Section(text, "Everywhere", [.. root.Options.Where(option => option.Recursive).Select(Row)]);
        return text.ToString();
    }

    private static RootCommand? RootOf(Command command) => command.Parents.OfType<Command>().FirstOrDefault() is { } above ? above as RootCommand ?? RootOf(above) : null;

    /// <summary>A command with commands below it stands where its first one does.</summary>
    public static CommandGroup GroupOf(Command command) =>
        Lesson.Of(command)?.Group ?? (command.Subcommands.Count > 0 ? GroupOf(command.Subcommands[0]) : CommandGroup.EveryDay);

    private static (string Label, string Words) Row(Option option) => (option.Label(), option.Words());

    private static void Section(HelpText text, string heading, IReadOnlyList<(string Label, string Words)> rows)
    {
        text.Heading(heading);
        text.Rows(rows, OptionColumn);
    }
}
