namespace Tidemark.Storage;

/// <summary>A download that goes on where it broke.</summary>
/// <remarks>Objects are immutable, but for small notes that come in one piece: what is opened again is the same. A dump's SHA-256 is compared anyway.</remarks>
/// <param name="first">Open, at <paramref name="offset"/>.</param>
/// <param name="offset">Of the first byte.</param>
/// <param name="length">Bytes wanted; null: to the end.</param>
/// <param name="open">Opens the rest of it: offset, length.</param>
/// <param name="retry">How long it is tried without one new byte.</param>
internal sealed class ResumingStream(Stream first, long offset, long? length, Func<long, long?, CancellationToken, Task<Stream>> open, Retry retry) : ForwardStream(first)
{
    private long reached;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var got = await retry.RunAsync(async again =>
        {
            if (again)
            {
                await Inner.DisposeAsync();
                Inner = await open(offset + reached, length - reached, cancellationToken);
            }
            return await Inner.ReadAsync(buffer, cancellationToken);
        }, cancellationToken);
        reached += got;
        return got;
    }
}
