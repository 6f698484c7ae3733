using Spectre.Console;
using Tidemark.Hosting;

namespace Tidemark.Cli.Output;

/// <summary>Tells a failure: what, where, why, what is left behind, and one thing to do next.</summary>
internal static class FaultText
{
    public static int Tell(Terminal terminal, Fault fault)
    {
        if (terminal.Json)
            CliJson.Write(terminal.Output, new FaultDocument(FaultDetail.Of(fault)), CliJson.Default.FaultDocument);
        TellTalk(terminal, fault);
        return fault.Code.ExitCode;
    }

    /// <summary>For one failure of several: no document on stdout.</summary>
    public static void TellTalk(Terminal terminal, Fault fault)
    {
        var talk = terminal.Talk;
        talk.MarkupLineInterpolated($"[red]{fault.Code.Name}[/]: {Terminal.Printable(fault.What)}");
        Row(talk, "where", fault.Where);
        Row(talk, "why", fault.Why);
        Row(talk, "left", fault.Left);
        Row(talk, "next", fault.Next);
    }

    private static void Row(IAnsiConsole talk, string name, string? text)
    {
        if (text is not null) talk.MarkupLineInterpolated($"  [grey]{name,-6}[/] {Terminal.Printable(text.ReplaceLineEndings("\n         "))}");
    }
}
