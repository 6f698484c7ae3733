using System.Text;

namespace Tidemark.Dumps.Plain;

/// <summary>One word, number, string, quoted identifier or symbol of a statement, as written; empty at the end.</summary>
internal readonly ref struct SqlToken(ReadOnlySpan<byte> text)
{
    public ReadOnlySpan<byte> Text { get; } = text;

    public bool IsEnd => Text.IsEmpty;

    public bool IsString => !IsEnd && Text[0] == '\'';

    public bool IsName => !IsEnd && (Text[0] == '"' || SqlBytes.Kinds[Text[0]] == SqlBytes.Letter);

    public bool Is(ReadOnlySpan<byte> keyword) => Text.Length == keyword.Length && Ascii.EqualsIgnoreCase(Text, keyword);

    /// <summary>The identifier or string as the server takes it: quotes off, or folded to lower case.</summary>
    public string Value()
    {
        if (IsEnd)
            return "";
        if (Text[0] is (byte)'"' or (byte)'\'')
        {
            var quote = ((char)Text[0]).ToString();
            var inner = Text.Length > 1 && Text[^1] == Text[0] ? Text[1..^1] : Text[1..];
            return SqlBytes.Decode(inner).Replace(quote + quote, quote, StringComparison.Ordinal);
        }
        // The server folds ASCII letters only, where the encoding is multi-byte.
        return string.Concat(SqlBytes.Decode(Text).Select(static c => char.IsAsciiLetterUpper(c) ? (char)(c | 0x20) : c));
    }
}
