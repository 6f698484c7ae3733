using System.Text;

namespace Tidemark.Configuration;

/// <summary>One line of a .env file: a setting, or nothing (blank, comment), or an objection. An objection never quotes the line: it may hold a secret.</summary>
internal readonly record struct DotEnvLine(string? Name, string Value, string? Objection)
{
    private const string Export = "export";

    public static DotEnvLine Read(string line)
    {
        var rest = line.Trim();
        if (rest.Length == 0 || rest[0] == '#')
            return default;
        if (rest.StartsWith(Export, StringComparison.Ordinal) && rest.Length > Export.Length && char.IsWhiteSpace(rest[Export.Length]))
            rest = rest[Export.Length..].TrimStart();

        var equals = rest.IndexOf('=');
        if (equals < 0)
            return Wrong("there is no '='; a line is NAME=value, or a comment that begins with '#'");
        var name = rest[..equals].TrimEnd();
        if (name.Length == 0 || char.IsAsciiDigit(name[0]) || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
            return Wrong("what stands before '=' is no variable name (letters, digits and '_', no digit first)");

        var value = rest[(equals + 1)..].TrimStart();
        return value switch
        {
            ['\'', ..] => Quoted(name, value, '\'', escapes: false),
            ['"', ..] => Quoted(name, value, '"', escapes: true),
            _ => new DotEnvLine(name, Bare(value), null),
        };
    }

    /// <summary>A '#' begins a comment only after a space: URLs hold '#' as well.</summary>
    private static string Bare(string text)
    {
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] == '#' && (at == 0 || char.IsWhiteSpace(text[at - 1])))
                return text[..at].TrimEnd();
        }

        return text;
    }

    private static DotEnvLine Quoted(string name, string text, char quote, bool escapes)
    {
        StringBuilder value = new();
        var at = 1;
        for (; at < text.Length && text[at] != quote; at++)
        {
            if (escapes && text[at] == '\\' && at + 1 < text.Length)
                value.Append(Unescape(text[++at]));
            else
                value.Append(text[at]);
        }

        if (at >= text.Length)
            return Wrong($"the quote {quote} is not closed");
        var after = text[(at + 1)..];
        return after.Trim().Length == 0 || (char.IsWhiteSpace(after[0]) && after.TrimStart()[0] == '#')
            ? new DotEnvLine(name, value.ToString(), null)
            : Wrong($"something stands behind the closing quote {quote}");
    }

    /// <summary>As a shell does it within "…", an unknown escape keeps its backslash; \n, \r and \t are as in other readers of .env.</summary>
    private static string Unescape(char c) => c switch
    {
        'n' => "\n",
        'r' => "\r",
        't' => "\t",
        '"' or '\\' or '$' or '`' => c.ToString(),
        _ => "\\" + c,
    };

    private static DotEnvLine Wrong(string why) => new(null, "", why);
}
