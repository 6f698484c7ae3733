using System.CommandLine;

namespace Tidemark.Cli.Teaching;

/// <summary>What a command's own file says about teaching it.</summary>
internal static class CommandLessons
{
    /// <summary>Its place in <c>tidemark --help</c>, and one to four lines to type. A test types each of them, in the order of docs/cli.md.</summary>
    public static Command Teach(this Command command, CommandGroup group, params (string Line, string Does)[] examples)
    {
        Lesson.Give(command, new Lesson(group, [.. examples.Select(example => new Example(example.Line, example.Does))]));
        return command;
    }

    /// <summary>Puts options under a heading of their own in the help; after <see cref="Teach"/>.</summary>
    public static Command Under(this Command command, string heading, params Option[] options)
    {
        Lesson.Of(command)!.Headings.Add((heading, options));
        return command;
    }

    /// <summary>The words that this option or argument takes, for the help and for completion in a shell.</summary>
    public static T Completes<T>(this T symbol, params string[] words) where T : Symbol
    {
        ValueSource.Give(symbol, new ValueSource(words));
        return symbol;
    }

    /// <summary>What there is at this moment, for completion in a shell.</summary>
    public static T Completes<T>(this T symbol, LiveValue live) where T : Symbol
    {
        ValueSource.Give(symbol, new ValueSource([], live));
        return symbol;
    }
}
