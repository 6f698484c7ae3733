namespace Tidemark.Codecs.Age;

/// <summary>Opens any part of an age file: its header was opened once, and each chunk opens singly. May be used by many threads.</summary>
internal sealed class AgeRange
{
    private readonly byte[] payloadKey;
    private readonly long start, length, chunks;

    private AgeRange(byte[] payloadKey, long start, long length)
    {
        (this.payloadKey, this.start, this.length) = (payloadKey, start, length);
        chunks = (length - start + AgeChunks.SealedLength - 1) / AgeChunks.SealedLength;
        Length = length - start - (chunks * AgeKeys.TagLength);
        // The last chunk holds a byte at least, unless it is the only one.
        if (chunks < 1 || length - start - ((chunks - 1) * AgeChunks.SealedLength) < AgeKeys.TagLength + (chunks > 1 ? 1 : 0)) throw new InvalidDataException("the age file is cut");
    }

    /// <summary>Bytes of what was encrypted.</summary>
    public long Length { get; }

    /// <summary>Null when none of the openers opens it.</summary>
    /// <param name="header">Has been read.</param>
    /// <param name="from">What follows it: 16 bytes are read.</param>
    /// <param name="length">Bytes of the whole file.</param>
    /// <param name="openers">Are asked in order.</param>
    /// <exception cref="InvalidDataException">The header is damaged, or the file too short.</exception>
    public static AgeRange? After(AgeHeader header, Stream from, long length, IEnumerable<IAgeOpener> openers) =>
        header.Open(openers) is { } fileKey ? new(AgeKeys.PayloadKeyAfter(from, fileKey), header.Length + AgeKeys.PayloadNonceLength, length) : null;

    /// <summary>Which bytes of the file must be fetched to have these: whole chunks.</summary>
    public (long Offset, int Length) Around(long offset, int count)
    {
        var (first, last) = (offset / AgeChunks.Length, (offset + count - 1) / AgeChunks.Length);
        var from = start + (first * AgeChunks.SealedLength);
        return (from, (int)(Math.Min(start + ((last + 1) * AgeChunks.SealedLength), length) - from));
    }

    /// <param name="stored">What <see cref="Around"/> told to fetch.</param>
    /// <param name="offset">Within what was encrypted.</param>
    /// <param name="into">As many bytes as were asked for, at least one.</param>
    /// <exception cref="InvalidDataException">The file is damaged there.</exception>
    public void Open(ReadOnlySpan<byte> stored, long offset, Span<byte> into)
    {
        using var opener = new AgeChunks(payloadKey) { Next = offset / AgeChunks.Length };
        var plain = new byte[AgeChunks.Length];
        var skipped = (int)(offset % AgeChunks.Length);
        while (into.Length > 0)
        {
            var chunk = stored[..Math.Min(stored.Length, AgeChunks.SealedLength)];
            if (chunk.Length <= AgeKeys.TagLength || !opener.TryOpen(chunk, opener.Next == chunks - 1, plain)) throw new InvalidDataException("the age file is damaged");
            var taken = Math.Min(into.Length, chunk.Length - AgeKeys.TagLength - skipped);
            plain.AsSpan(skipped, taken).CopyTo(into);
            into = into[taken..];
            stored = stored[chunk.Length..];
            skipped = 0;
        }
    }
}
