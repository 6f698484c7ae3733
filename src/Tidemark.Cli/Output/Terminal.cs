using Spectre.Console;

namespace Tidemark.Cli.Output;

/// <summary>Where a command speaks: results on stdout, talk and progress on stderr; with --json, one document on stdout.</summary>
internal sealed class Terminal
{
    private Terminal(TextWriter output, TextWriter talk, bool json, bool outputIsTerminal, bool talkIsTerminal)
    {
        (Output, Json, Live) = (output, json, talkIsTerminal);
        // Most calls by PostgreSQL say nothing, and a console looks around for a while when it is made.
        outputConsole = new Lazy<IAnsiConsole>(() => Console(output, outputIsTerminal));
        talkConsole = new Lazy<IAnsiConsole>(() => Console(talk, talkIsTerminal));
    }

    private readonly List<Func<Task>> atExit = [];
    private readonly Lazy<IAnsiConsole> outputConsole, talkConsole;

    public TextWriter Output { get; }

    public bool Json { get; }

    /// <summary>The variables that commands typed here see.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>The folder that commands typed here work in.</summary>
    public required string Folder { get; init; }

    /// <summary>Talk is read by a person at a terminal: progress may be redrawn.</summary>
    public bool Live { get; }

    public IAnsiConsole OutputConsole => outputConsole.Value;

    public IAnsiConsole Talk => talkConsole.Value;

    public static Terminal OfConsole(string[] args) =>
        new(System.Console.Out, System.Console.Error, args.Contains("--json"), !System.Console.IsOutputRedirected, !System.Console.IsErrorRedirected)
        {
            Environment = System.Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>().ToDictionary(pair => (string)pair.Key, pair => (string)pair.Value!, StringComparer.Ordinal),
            Folder = System.Environment.CurrentDirectory,
        };

    /// <summary>One whose every word goes to a writer: for the demo, which types commands itself.</summary>
    public static Terminal OfWriter(TextWriter writer, IReadOnlyDictionary<string, string> environment, string folder) =>
        new(writer, writer, json: false, outputIsTerminal: false, talkIsTerminal: false) { Environment = environment, Folder = folder };

    /// <summary>Something to do when the command has said its result.</summary>
    public void AtExit(Func<Task> work) => atExit.Add(work);

    /// <summary>The command has said its result.</summary>
    public async Task EndAsync()
    {
        List<Func<Task>> works = [.. atExit];
        atExit.Clear();
        foreach (var work in works) await work();
    }

    /// <summary>A result line for people; silent with --json.</summary>
    public void Say(string text = "")
    {
        if (!Json) Output.WriteLine(Printable(text));
    }

    /// <summary>A remark for people, on stderr.</summary>
    public void Remark(string text) => Talk.WriteLine(Printable(text));

    /// <summary>Names come from files and servers: what would move a terminal's cursor or change its title becomes '?'.</summary>
    public static string Printable(string text) =>
        text.Any(c => char.IsControl(c) && c is not '\n' and not '\t') ? string.Concat(text.Select(c => char.IsControl(c) && c is not '\n' and not '\t' ? '?' : c)) : text;

    private static IAnsiConsole Console(TextWriter writer, bool terminal)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = terminal ? AnsiSupport.Detect : AnsiSupport.No,
            Interactive = terminal ? InteractionSupport.Detect : InteractionSupport.No,
        });
        // Into a file or a pipe nothing is wrapped.
        if (!terminal) console.Profile.Width = 10_000;
        return console;
    }
}
