using System.Text.Json;

namespace Tidemark.EndToEnd.Support;

/// <summary>How a run of the program ended, with all of its standard output and standard error.</summary>
public sealed record ProgramResult(string Command, int ExitCode, string Output, string Errors)
{
    /// <summary>The one document that a command with --json writes.</summary>
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    /// <summary>Asserts the exit code; the message tells all that the program said.</summary>
    public ProgramResult Ends(int exitCode = 0)
    {
        Assert.True(ExitCode == exitCode, $"expected exit code {exitCode}. {this}");
        return this;
    }

    public override string ToString() => $"{Command} ended with {ExitCode}\n--- stdout\n{Output}\n--- stderr\n{Errors}";
}
