namespace Tidemark.Storage;

/// <summary>At most so many bytes of a stream, which it owns.</summary>
internal sealed class RangeStream(Stream inner, long length) : ForwardStream(inner)
{
    private long left = length;

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer) => Counted(Inner.Read(buffer[..(int)Math.Min(buffer.Length, left)]));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Counted(await Inner.ReadAsync(buffer[..(int)Math.Min(buffer.Length, left)], cancellationToken));

    private int Counted(int got)
    {
        left -= got;
        return got;
    }
}
