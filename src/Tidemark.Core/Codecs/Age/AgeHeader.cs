using System.Security.Cryptography;
using System.Text;

namespace Tidemark.Codecs.Age;

/// <summary>The textual head of an age file: the file key, wrapped for each recipient, under a MAC.</summary>
internal sealed record AgeHeader(IReadOnlyList<AgeStanza> Stanzas, byte[] Signed, byte[] Mac)
{
    public const string Version = "age-encryption.org/v1";

    public static readonly byte[] FirstLine = Encoding.ASCII.GetBytes(Version + "\n");
    private const int LineLength = 64, MacLength = 32, LongestLine = 4096;

    // Far above what anybody writes (a stanza is about 100 bytes), far below what would hurt.
    private const int LongestHeader = 1024 * 1024;

    /// <summary>Bytes, to the end of its last line. There is one way to write a MAC.</summary>
    public int Length => Signed.Length + 1 + ((MacLength * 8 + 5) / 6) + 1;

    public static byte[] Write(IReadOnlyList<AgeStanza> stanzas, ReadOnlySpan<byte> fileKey)
    {
        var text = new StringBuilder(Version).Append('\n');
        foreach (var stanza in stanzas)
        {
            text.Append("-> ").AppendJoin(' ', [stanza.Type, .. stanza.Arguments]).Append('\n');
            var body = AgeKeys.Base64(stanza.Body);
            // The last line of a body is the one that is shorter than 64, if need be an empty one.
            for (var at = 0; at <= body.Length; at += LineLength) text.Append(body.AsSpan(at, Math.Min(LineLength, body.Length - at))).Append('\n');
        }
        var signed = Encoding.ASCII.GetBytes(text.Append("---").ToString());
        return [.. signed, .. Encoding.ASCII.GetBytes($" {AgeKeys.Base64(AgeKeys.HeaderMac(fileKey, signed))}\n")];
    }

    /// <summary>Reads up to the end of the header and not a byte further.</summary>
    /// <exception cref="InvalidDataException">It is none, or malformed.</exception>
    public static AgeHeader Read(Stream from)
    {
        using var seen = new MemoryStream();
        if (Line(from, seen) != Version) throw new InvalidDataException("this is no age file of version 1");
        var stanzas = new List<AgeStanza>();
        while (true)
        {
            var line = Line(from, seen);
            if (line.StartsWith("--- ", StringComparison.Ordinal))
            {
                if (stanzas.Count == 0) throw new InvalidDataException("the age header names no recipient");
                if (stanzas.Count > 1 && stanzas.Any(stanza => stanza.Type == "scrypt")) throw new InvalidDataException("the age header holds a passphrase beside another recipient");
                var mac = AgeKeys.FromBase64(line[4..]);
                return mac.Length == MacLength ? new AgeHeader(stanzas, seen.ToArray()[..^(line.Length - 3 + 1)], mac) : throw new InvalidDataException("the age header has a MAC of the wrong length");
            }
            if (!line.StartsWith("-> ", StringComparison.Ordinal)) throw new InvalidDataException("the age header holds a line that is neither a stanza nor its end");
            var words = line[3..].Split(' ');
            if (words.Any(word => word.Length == 0 || word.Any(letter => letter is < '!' or > '~'))) throw new InvalidDataException("the age header holds a malformed stanza");
            stanzas.Add(new AgeStanza(words[0], words[1..], Body(from, seen)));
        }
    }

    /// <summary>The file key; null when none of the openers can open it.</summary>
    /// <exception cref="InvalidDataException">A stanza is malformed, or the header was changed.</exception>
    public byte[]? Open(IEnumerable<IAgeOpener> openers)
    {
        foreach (var opener in openers)
            foreach (var stanza in Stanzas)
                if (opener.TryOpen(stanza) is { } fileKey)
                    return CryptographicOperations.FixedTimeEquals(AgeKeys.HeaderMac(fileKey, Signed), Mac) ? fileKey : throw new InvalidDataException("the age header was changed: its MAC is wrong");
        return null;
    }

    private static byte[] Body(Stream from, MemoryStream seen)
    {
        var body = new StringBuilder();
        string line;
        do
        {
            line = Line(from, seen);
            if (line.Length > LineLength) throw new InvalidDataException("the age header holds a line that is too long");
            body.Append(line);
        }
        while (line.Length == LineLength);
        return AgeKeys.FromBase64(body.ToString());
    }

    private static string Line(Stream from, MemoryStream seen)
    {
        var line = new StringBuilder();
        // Byte by byte, as nothing after the header may be taken from the stream: streams under it have buffers.
        for (int next; (next = from.ReadByte()) != '\n'; line.Append((char)next))
        {
            if (next < 0) throw new InvalidDataException("the age header is cut");
            if (line.Length >= LongestLine || seen.Length >= LongestHeader) throw new InvalidDataException("the age header is too long");
            seen.WriteByte((byte)next);
        }
        seen.WriteByte((byte)'\n');
        return line.ToString();
    }
}
