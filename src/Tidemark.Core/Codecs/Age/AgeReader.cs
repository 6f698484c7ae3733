namespace Tidemark.Codecs.Age;

/// <summary>Decrypts an age file as it is read. Each byte it gives was authenticated, and the end is given only where the writer put it. The stream under it stays open.</summary>
internal sealed class AgeReader : Stream
{
    private readonly Stream from;
    private readonly AgeChunks chunks;
    private readonly byte[] plain = new byte[AgeChunks.Length];

    // One byte more than a chunk: whether there is another tells which is the last.
    private readonly byte[] ahead = new byte[AgeChunks.SealedLength + 1];
    private int aheadLength;
    private int plainAt;
    private int plainLength;
    private bool ended;

    private AgeReader(Stream from, AgeChunks chunks) => (this.from, this.chunks) = (from, chunks);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Null when none of the openers opens it; nothing but the header has been read then.</summary>
    /// <exception cref="InvalidDataException">The header is damaged.</exception>
    public static AgeReader? Open(Stream from, IEnumerable<IAgeOpener> openers) => After(AgeHeader.Read(from), from, openers);

    /// <summary>As <see cref="Open"/>, where the header has been read already.</summary>
    /// <exception cref="InvalidDataException">The header is damaged.</exception>
    public static AgeReader? After(AgeHeader header, Stream from, IEnumerable<IAgeOpener> openers)
    {
        return header.Open(openers) is { } fileKey ? new AgeReader(from, new AgeChunks(AgeKeys.PayloadKeyAfter(from, fileKey))) : null;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <exception cref="InvalidDataException">The file is damaged or cut here.</exception>
    public override int Read(Span<byte> buffer)
    {
        while (plainAt == plainLength && !ended && buffer.Length > 0) NextChunk();
        var given = Math.Min(buffer.Length, plainLength - plainAt);
        plain.AsSpan(plainAt, given).CopyTo(buffer);
        plainAt += given;
        return given;
    }

    public override void Flush()
    {
    }

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) chunks.Dispose();
        base.Dispose(disposing);
    }

    private void NextChunk()
    {
        var first = chunks.Next == 0;
        aheadLength += from.ReadAtLeast(ahead.AsSpan(aheadLength), ahead.Length - aheadLength, throwOnEndOfStream: false);
        var last = aheadLength < ahead.Length;
        var length = last ? aheadLength : AgeChunks.SealedLength;
        if (length < AgeKeys.TagLength) throw new InvalidDataException("the age file is cut");
        if (!chunks.TryOpen(ahead.AsSpan(0, length), last, plain)) throw new InvalidDataException(last ? "the age file is cut or damaged in its last 64 KiB" : "the age file is damaged");
        (plainAt, plainLength) = (0, length - AgeKeys.TagLength);
        // An empty chunk is the whole of an empty file and nothing else: otherwise two files would say the same.
        if (plainLength == 0 && !first) throw new InvalidDataException("the age file ends with an empty chunk");
        ahead.AsSpan(length, aheadLength - length).CopyTo(ahead);
        (aheadLength, ended) = (aheadLength - length, last);
    }
}
