using System.Text.RegularExpressions;

namespace Tidemark.AspNetCore.Problems;

/// <summary>What a failure says of options of the command line, as the fields of a request.</summary>
internal static partial class HttpWords
{
    private static readonly (string Command, string Request)[] Requests = [("tidemark runs list", "GET /tasks"), ("tidemark list", "GET /db/backups"), ("tidemark status", "GET /status"), ("tidemark schedule list", "GET /schedules")];

    public static string Of(string text)
    {
        foreach (var (command, request) in Requests)
            if (text == command || text.StartsWith(command + " #", StringComparison.Ordinal) || text.EndsWith(": " + command, StringComparison.Ordinal)) text = text.Replace(command, request, StringComparison.Ordinal);
        text = Confirmed().Replace(text, said => $"\"confirm\": \"{said.Groups[1].Value.Trim('\'')}\"").Replace("--force \"confirm\"", "\"force\": true, \"confirm\"", StringComparison.Ordinal)
            .Replace("--swap", "mode swap", StringComparison.Ordinal).Replace("--in-place", "mode inplace", StringComparison.Ordinal).Replace("--to-database", "toDatabase", StringComparison.Ordinal);
        return Fields().Replace(text, "$1");
    }

    /// <summary>The confirmation with a name, as something to type; "--confirm was not given" and "--confirm says" are talk of it.</summary>
    [GeneratedRegex("--confirm (?!was |says )('[^']*'|\\S+)")]
    private static partial Regex Confirmed();

    [GeneratedRegex("--(force|confirm|label|format|database)\\b")]
    private static partial Regex Fields();
}
