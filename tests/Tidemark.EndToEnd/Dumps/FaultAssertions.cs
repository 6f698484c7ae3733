using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Dumps;

/// <summary>A failure is told in one shape: code and what; where, why, left, next below.</summary>
internal static class FaultAssertions
{
    /// <summary>Asserts the exit code, the frozen name of the failure, and that every part of the message is there.</summary>
    public static ProgramResult Fails(this ProgramResult result, int exitCode, string code, bool why = true)
    {
        result.Ends(exitCode);
        var lines = result.Errors.Split('\n').SkipWhile(line => !line.StartsWith(code + ": ", StringComparison.Ordinal)).ToArray();
        Assert.True(lines.Length > 0, $"no line begins with '{code}: '. {result}");
        foreach (var part in why ? (string[])["where", "why", "left", "next"] : ["where", "left", "next"])
            Assert.True(lines.Any(line => line.StartsWith($"  {part}", StringComparison.Ordinal) && line.Trim().Length > part.Length + 1), $"the message has no '{part}'. {result}");
        Assert.DoesNotContain("   at ", result.Errors, StringComparison.Ordinal);
        return result;
    }

    /// <summary>Asserts that what is told to people says this (on standard output).</summary>
    public static ProgramResult Tells(this ProgramResult result, params string[] texts)
    {
        foreach (var text in texts) Assert.True(result.Output.Contains(text, StringComparison.Ordinal), $"'{text}' is not told. {result}");
        return result;
    }

    /// <summary>Asserts that the message says this (on standard error).</summary>
    public static ProgramResult Says(this ProgramResult result, params string[] texts)
    {
        foreach (var text in texts) Assert.True(result.Errors.Contains(text, StringComparison.Ordinal), $"'{text}' is not said. {result}");
        return result;
    }
}
