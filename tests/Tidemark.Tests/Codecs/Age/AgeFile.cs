using Tidemark.Codecs.Age;

namespace Tidemark.Tests.Codecs.Age;

/// <summary>Whole age files in memory.</summary>
internal static class AgeFile
{
    public static readonly int[] Sizes = [0, 1, 65_535, 65_536, 65_537, 131_072, 1024 * 1024];

    public static byte[] Plain(int size) => [.. Enumerable.Range(0, size).Select(at => (byte)(at * 31 + at / 251))];

    public static byte[] Encrypt(byte[] plain, params AgeRecipient[] to) => Written(bytes => AgeWriter.To(bytes, to), plain);

    public static byte[] Encrypt(byte[] plain, AgePassphrase to) => Written(bytes => AgeWriter.To(bytes, to), plain);

    public static byte[] Decrypt(byte[] file, params IAgeOpener[] with)
    {
        using var reader = AgeReader.Open(new MemoryStream(file), with) ?? throw new UnauthorizedAccessException("not for these keys");
        using var plain = new MemoryStream();
        reader.CopyTo(plain, 1000);
        return plain.ToArray();
    }

    /// <summary>Where the header ends: after the line that begins with three dashes.</summary>
    public static int HeaderLength(byte[] file) => file.AsSpan().IndexOf("\n---"u8) is var dashes ? dashes + 1 + file.AsSpan(dashes + 1).IndexOf((byte)'\n') + 1 : 0;

    private static byte[] Written(Func<Stream, AgeWriter> open, byte[] plain)
    {
        using var bytes = new MemoryStream();
        using (var writer = open(bytes))
        {
            // In pieces that do not fit the chunks.
            foreach (var piece in plain.Chunk(50_001)) writer.Write(piece);
            writer.Complete();
        }
        return bytes.ToArray();
    }
}
