using System.Text;

namespace Tidemark.Codecs.Age;

/// <summary>An age file as text (PEM), as people keep small ones.</summary>
internal static class AgeArmor
{
    private const string Begin = "-----BEGIN AGE ENCRYPTED FILE-----", End = "-----END AGE ENCRYPTED FILE-----";

    /// <summary>The age file in it; null when these bytes are no such text.</summary>
    /// <exception cref="InvalidDataException">It begins as one and is damaged.</exception>
    public static byte[]? Decode(ReadOnlySpan<byte> bytes)
    {
        if (!bytes.TrimStart(" \t\r\n"u8).StartsWith(Encoding.ASCII.GetBytes(Begin))) return null;
        var text = Encoding.ASCII.GetString(bytes).Trim();
        if (!text.EndsWith(End, StringComparison.Ordinal)) throw new InvalidDataException("the armoured age file is cut");
        try
        {
            return Convert.FromBase64String(text[Begin.Length..^End.Length]);
        }
        catch (FormatException unreadable)
        {
            throw new InvalidDataException("the armoured age file is damaged", unreadable);
        }
    }
}
