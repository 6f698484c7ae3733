using System.Buffers;
using System.Text;

namespace Tidemark.Repositories.Packs;

/// <summary>Paths as they are stored: bytes, mostly UTF-8. A byte that is none stands in text as U+DC00 + byte (Python's surrogateescape), so that every name of Linux comes back as it was.</summary>
internal static class PathText
{
    /// <summary>Bytes: PATH_MAX of Linux.</summary>
    public const int Longest = 4096;

    private const int Escape = 0xDC00;

    public static byte[] ToBytes(string path)
    {
        var to = new ArrayBufferWriter<byte>(path.Length + 8);
        for (var left = path.AsSpan(); left.Length > 0;)
        {
            if (Rune.DecodeFromUtf16(left, out var rune, out var taken) == OperationStatus.Done) to.Advance(rune.EncodeToUtf8(to.GetSpan(4)));
            else if (left[0] is >= (char)(Escape + 0x80) and <= (char)(Escape + 0xFF)) to.Write([(byte)(left[0] - Escape)]);
            else throw new ArgumentException("a path holds half a character", nameof(path));
            left = left[taken..];
        }
        return to.WrittenSpan.ToArray();
    }

    /// <exception cref="InvalidDataException">It would lead out of the folder that it is to lie in, or nowhere.</exception>
    public static string ToText(ReadOnlySpan<byte> path) =>
        ToAnyText(path) is var text && Objection(text) is { } objection ? throw new InvalidDataException($"a path is none: {objection}") : text;

    /// <summary>Whatever it says.</summary>
    public static string ToAnyText(ReadOnlySpan<byte> path)
    {
        var to = new StringBuilder(path.Length);
        for (var left = path; left.Length > 0;)
        {
            if (Rune.DecodeFromUtf8(left, out var rune, out var taken) == OperationStatus.Done) to.Append(rune);
            else foreach (var odd in left[..taken]) to.Append((char)(Escape + odd));
            left = left[taken..];
        }
        return to.ToString();
    }

    /// <summary>What makes a path unfit for an archive: whoever unpacks it would write elsewhere. Null: nothing.</summary>
    public static string? Objection(string path) =>
        path.Length is 0 or > Longest ? $"it has {path.Length} letters"
        : path.Contains('\0') ? "it holds a zero"
        : path.Split('/').Any(part => part is "" or "." or "..") ? $"'{path}' is not a plain relative path"
        : null;
}
