using Spectre.Console;

namespace Tidemark.Cli.Output;

/// <summary>Where a command speaks: results on stdout, talk and progress on stderr; with --json, one document on stdout.</summary>
internal sealed class Terminal
{
    private Terminal(TextWriter output, TextWriter talk, bool json, bool outputIsTerminal, bool talkIsTerminal)
    {
        (Output, Json, Live) = (output, json, talkIsTerminal);
        OutputConsole = Console(output, outputIsTerminal);
        Talk = Console(talk, talkIsTerminal);
    }

    public TextWriter Output { get; }

    public bool Json { get; }

    /// <summary>Talk is read by a person at a terminal: progress may be redrawn.</summary>
    public bool Live { get; }

    public IAnsiConsole OutputConsole { get; }

    public IAnsiConsole Talk { get; }

    public static Terminal OfConsole(string[] args) =>
        new(System.Console.Out, System.Console.Error, args.Contains("--json"), !System.Console.IsOutputRedirected, !System.Console.IsErrorRedirected);

    /// <summary>A result line for people; silent with --json.</summary>
    public void Say(string text = "")
    {
        if (!Json) Output.WriteLine(text);
    }

    /// <summary>A remark for people, on stderr.</summary>
    public void Remark(string text) => Talk.WriteLine(text);

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
