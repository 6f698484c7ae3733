namespace Tidemark.Codecs;

/// <summary>Decompresses frames as they are read, several in a row and skippable ones included (RFC 8878). The stream under it stays open.</summary>
/// <remarks>What is read may come from anybody: a frame that asks for more than 128 MiB of memory is refused, and so is more data than the reader was told to take.</remarks>
/// <param name="from">Is read to its end.</param>
/// <param name="atMost">Bytes that may come out.</param>
internal sealed class ZstdReader(Stream from, long atMost) : Stream
{
    /// <summary>128 MiB: as much as the zstd program takes without being asked (<c>--memory</c>), and what every level up to 19 stays below.</summary>
    public const int WindowLog = 27;

    private readonly ZstdDecompression context = ZstdDecompression.Within(WindowLog);
    private readonly byte[] packed = new byte[128 * 1024];
    private int packedAt, packedLength;
    private long given;
    private bool isInFrame, isFull;

    /// <summary>Reads another stream from its start, in the memory that it has: to get that anew costs more than a frame of some pages.</summary>
    public void Restart(Stream next)
    {
        Zstd.Checked(Zstd.Reset(context, Zstd.SessionOnly));
        (from, packedAt, packedLength, given, isInFrame, isFull) = (next, 0, 0, 0, false, false);
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <exception cref="InvalidDataException">It is no zstd, damaged or cut, wants too much memory, or holds more than was to be taken.</exception>
    public override int Read(Span<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            // What libzstd still holds comes out before more goes in.
            if (packedAt == packedLength && !isFull)
            {
                (packedAt, packedLength) = (0, from.Read(packed));
                if (packedLength == 0) return !isInFrame ? 0 : throw new InvalidDataException("zstd: the data is cut");
            }
            if (Step(buffer) is var got and > 0)
            {
                given += got;
                return given <= atMost ? got : throw new InvalidDataException($"zstd: it holds more than {atMost} bytes");
            }
        }
        return 0;
    }

    public override void Flush()
    {
    }

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) context.Dispose();
        base.Dispose(disposing);
    }

    private unsafe int Step(Span<byte> buffer)
    {
        fixed (byte* into = buffer)
        fixed (byte* bytes = packed)
        {
            var output = new ZstdBuffer { Bytes = into, Length = (nuint)buffer.Length };
            var input = new ZstdBuffer { Bytes = bytes + packedAt, Length = (nuint)(packedLength - packedAt) };
            var wanted = Zstd.Checked(Zstd.Decompress(context, &output, &input));
            packedAt += (int)input.Position;
            (isInFrame, isFull) = (wanted != 0, wanted != 0 && output.Position == output.Length);
            return (int)output.Position;
        }
    }
}
