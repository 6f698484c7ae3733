namespace Tidemark.Dumps;

/// <summary>One dump on its way into all stores. One that fails is left behind, and the others go on; that all have failed is a fault.</summary>
/// <remarks>The slowest store sets the pace: nothing is kept for it but its own buffers.</remarks>
internal sealed class DumpCopies : Stream
{
    private const int PieceLength = 256 * 1024;

    private readonly IReadOnlyList<DumpCopy> all;
    private readonly CancellationToken token;
    private readonly byte[] piece = new byte[PieceLength];
    private int filled;

    private DumpCopies(IReadOnlyList<DumpCopy> all, CancellationToken token) => (this.all, this.token) = (all, token);

    public IReadOnlyList<DumpCopy> All => all;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public static async Task<DumpCopies> BeginAsync(DumpStores stores, string key, PendingDump pending, IReadOnlyDictionary<DumpStore, Fault> away, CancellationToken token)
    {
        var copies = new DumpCopies([.. stores.All.Select(store => new DumpCopy(store, key, pending, away.GetValueOrDefault(store)))], token);
        await copies.EachAsync(copy => copy.BeginAsync(token));
        return copies;
    }

    /// <summary>Everything durable, then the name, then the manifest: in each store.</summary>
    public Task CompleteAsync() => EachAsync(copy => copy.CompleteAsync(token));

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <remarks>Comes from a thread of its own, which may wait.</remarks>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            var taken = Math.Min(buffer.Length, PieceLength - filled);
            buffer[..taken].CopyTo(piece.AsSpan(filled));
            filled += taken;
            buffer = buffer[taken..];
            if (filled == PieceLength) Flush();
        }
    }

    public override void Flush()
    {
        if (filled == 0) return;
        EachAsync(copy => copy.WriteAsync(piece.AsMemory(0, filled), token)).GetAwaiter().GetResult();
        filled = 0;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        foreach (var copy in all) await copy.DisposeAsync();
        await base.DisposeAsync();
    }

    private async Task EachAsync(Func<DumpCopy, Task> work)
    {
        await Task.WhenAll(all.Select(work));
        if (all.All(copy => copy.Fault is not null)) throw all[0].Fault!;
    }
}
