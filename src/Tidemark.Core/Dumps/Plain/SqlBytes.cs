using System.Text;

namespace Tidemark.Dumps.Plain;

/// <summary>What each byte means to psql's lexer (source: psqlscan.l). Bytes from 0x80 up are letters, as there.</summary>
internal static class SqlBytes
{
    /// <summary>Letter, Digit and Dollar come first: <c>kind &lt;= Dollar</c> says "goes on with an identifier".</summary>
    public const byte Letter = 0, Digit = 1, Dollar = 2, Plain = 3, Quote = 4, DoubleQuote = 5, Open = 6, Close = 7, Semicolon = 8, Dash = 9, Slash = 10, Backslash = 11;

    private static readonly byte[] s_kinds = Build();

    /// <summary>The kind of each of the 256 bytes.</summary>
    public static ReadOnlySpan<byte> Kinds => s_kinds;

    public static bool IsBlank(byte b) => b is (byte)' ' or (>= 9 and <= 13);

    /// <summary>UTF-8, or Latin-1 where it is not: names that differ in bytes stay different whatever the dump's encoding.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes) =>
        System.Text.Unicode.Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : Encoding.Latin1.GetString(bytes);

    /// <summary>The first 80 characters, control characters as blanks, for a message.</summary>
    public static string Excerpt(ReadOnlySpan<byte> bytes)
    {
        // A letter cut in two by the slice becomes U+FFFD beyond the 80th character, and so is never shown.
        var text = Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, 324)]);
        return string.Create(Math.Min(text.Length, 80), text, static (to, from) =>
        {
            for (var i = 0; i < to.Length; i++)
                to[i] = char.IsControl(from[i]) ? ' ' : from[i];
        }).TrimEnd();
    }

    private static byte[] Build()
    {
        var kinds = new byte[256];
        for (var b = 0; b < 256; b++)
            kinds[b] = b >= 0x80 || char.IsAsciiLetter((char)b) || b == '_' ? Letter : char.IsAsciiDigit((char)b) ? Digit : Plain;
        (kinds['$'], kinds['\''], kinds['"'], kinds['('], kinds[')']) = (Dollar, Quote, DoubleQuote, Open, Close);
        (kinds[';'], kinds['-'], kinds['/'], kinds['\\']) = (Semicolon, Dash, Slash, Backslash);
        return kinds;
    }
}
