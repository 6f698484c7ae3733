using System.Text;

namespace Tidemark.Postgres;

/// <summary>libpq's key=value form: reads it by its rules (fe-connect.c, conninfo_parse) and writes it.</summary>
internal static class ConnectionString
{
    public static Dictionary<string, string> Parse(string text)
    {
        Dictionary<string, string> keywords = new(StringComparer.Ordinal);
        var at = 0;
        string? before = null;
        while (true)
        {
            SkipSpace(text, ref at);
            if (at >= text.Length)
                return keywords;
            var keyword = ReadKeyword(text, ref at, before);
            SkipSpace(text, ref at);
            var value = at < text.Length && text[at] == '\'' ? ReadQuoted(text, ref at, keyword) : ReadBare(text, ref at);
            if (!ConnectionKeywords.TryStore(keywords, keyword, value))
                throw AddressFault.Of($"libpq knows no keyword {Shown(keyword, before)}");
            before = keyword;
        }
    }

    /// <summary>Every value quoted: safe as one argument of a command line, whatever the values hold.</summary>
    public static string Write(IEnumerable<KeyValuePair<string, string>> keywords) => string.Join(' ', keywords.Select(pair => $"{pair.Key}={Quote(pair.Value)}"));

    private static string Quote(string value) => "'" + value.Replace("\\", "\\\\").Replace("'", "\\'") + "'";

    private static string ReadKeyword(string text, ref int at, string? before)
    {
        var start = at;
        while (at < text.Length && text[at] != '=' && !IsSpace(text[at]))
            at++;
        var keyword = text[start..at];
        SkipSpace(text, ref at);
        if (at >= text.Length || text[at] != '=')
            throw AddressFault.Of($"a '=' is missing after {Shown(keyword, before)}");
        at++;
        return keyword;
    }

    private static string ReadBare(string text, ref int at)
    {
        StringBuilder value = new();
        for (; at < text.Length && !IsSpace(text[at]); at++)
        {
            if (text[at] == '\\' && ++at >= text.Length)
                break;
            value.Append(text[at]);
        }

        return value.ToString();
    }

    private static string ReadQuoted(string text, ref int at, string keyword)
    {
        StringBuilder value = new();
        for (at++; at < text.Length; at++)
        {
            if (text[at] == '\'')
            {
                at++;
                return value.ToString();
            }

            if (text[at] == '\\' && ++at >= text.Length)
                break;
            value.Append(text[at]);
        }

        throw AddressFault.Of($"the quote around the value of '{keyword}' is not closed");
    }

    /// <summary>What stands after a secret may be the rest of one that holds a space, and a URI of another kind may hold a password: neither is shown.</summary>
    private static string Shown(string keyword, string? before) => before switch
    {
        null when keyword.AsSpan().ContainsAny('/', ':', '@') => "its first word (of URIs, libpq reads those that begin with postgresql:// or postgres://)",
        null => $"'{keyword}'",
        _ when ConnectionKeywords.Secret.Contains(before) => $"the value of '{before}' (a value with spaces is written in quotes '…')",
        _ => $"'{keyword}', which stands after the value of '{before}'",
    };

    private static void SkipSpace(string text, ref int at)
    {
        while (at < text.Length && IsSpace(text[at]))
            at++;
    }

    /// <summary>isspace(3) of the C locale.</summary>
    private static bool IsSpace(char c) => c is ' ' or (>= '\t' and <= '\r');
}
