using Tidemark.Dumps.Plain;

namespace Tidemark.Restores;

/// <summary>Text without the parts that are not for psql. Reads only.</summary>
/// <param name="inner">The whole text, from its first byte on.</param>
/// <param name="leftOut">In order, without overlaps.</param>
internal sealed class OmittingStream(Stream inner, IReadOnlyList<TextRange> leftOut) : Stream
{
    private long at;
    private int next;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty) return 0;
        for (; next < leftOut.Count && leftOut[next].Start == at; next++)
        {
            inner.ReadExactly(new byte[leftOut[next].Length]);
            at += leftOut[next].Length;
        }
        if (next < leftOut.Count && leftOut[next].Start - at < buffer.Length) buffer = buffer[..(int)(leftOut[next].Start - at)];
        var got = inner.Read(buffer);
        at += got;
        return got;
    }

    public override void Flush() => inner.Flush();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }
}
