using System.CommandLine;
using System.Runtime.CompilerServices;

namespace Tidemark.Cli.Teaching;

/// <summary>What a command teaches beside its options: where it stands, lines to type, and headings for its options.</summary>
internal sealed class Lesson(CommandGroup group, IReadOnlyList<Example> examples)
{
    // The library's commands carry no data of ours; a table beside them lets every command keep its lines in its own file.
    private static readonly ConditionalWeakTable<Command, Lesson> Given = [];

    public CommandGroup Group { get; } = group;

    public IReadOnlyList<Example> Examples { get; } = examples;

    /// <summary>In the order of the help; an option under no heading stands under "Options".</summary>
    public List<(string Heading, IReadOnlyList<Option> Options)> Headings { get; } = [];

    public static Lesson? Of(Command command) => Given.TryGetValue(command, out var lesson) ? lesson : null;

    public static void Give(Command command, Lesson lesson) => Given.AddOrUpdate(command, lesson);
}

/// <summary>A line that works where a database is configured and a backup exists.</summary>
/// <param name="Line">As it is typed.</param>
/// <param name="Does">What it does, in a few words.</param>
internal sealed record Example(string Line, string Does);
