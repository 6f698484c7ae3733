namespace Tidemark.Codecs;

/// <summary>Compresses what is written to it into one frame. Only after <see cref="Complete"/> is that whole. The stream under it stays open.</summary>
internal sealed class ZstdWriter(Stream to, int level) : Stream
{
    private readonly ZstdCompression context = ZstdCompression.OfLevel(level);
    private readonly byte[] packed = new byte[128 * 1024];
    private bool complete;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (complete) throw new InvalidOperationException("the frame is complete");
        Pass(buffer, Zstd.Continue);
    }

    /// <summary>Ends the frame.</summary>
    public void Complete()
    {
        if (complete) return;
        Pass([], Zstd.End);
        complete = true;
    }

    public override void Flush() => to.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) context.Dispose();
        base.Dispose(disposing);
    }

    private unsafe void Pass(ReadOnlySpan<byte> raw, int directive)
    {
        fixed (byte* from = raw)
        fixed (byte* into = packed)
        {
            var input = new ZstdBuffer { Bytes = from, Length = (nuint)raw.Length };
            while (true)
            {
                var output = new ZstdBuffer { Bytes = into, Length = (nuint)packed.Length };
                var left = Zstd.Checked(Zstd.Compress(context, &output, &input, directive));
                to.Write(packed, 0, (int)output.Position);
                if (directive == Zstd.End ? left == 0 : input.Position == input.Length) return;
            }
        }
    }
}
