using Tidemark.Postgres.Wal;
using Tidemark.Repositories;
using Tidemark.Storage;

namespace Tidemark.Wal.Receiving;

/// <summary>The open segment in one store: piece by piece as it is durable here, compared with what lies there already.</summary>
internal sealed class OpenTail(IObjectStore store, IncarnationFolder folder, WalEncoding encoding) : IDisposable
{
    private readonly TailReader pieces = new(store, folder, encoding);
    private TailWriter? writer;
    private OpenSegment? begun;

    /// <param name="open">What is written, or was left.</param>
    /// <param name="path">Of its file.</param>
    /// <param name="durable">How much of it is on the disk.</param>
    /// <param name="token">Cancels before a write.</param>
    /// <returns>Whether the store holds all of that, and nothing else.</returns>
    /// <exception cref="Fault">10: other bytes of it are there. 8, 15: the store.</exception>
    public async Task<bool> ShipAsync(OpenSegment open, string path, int durable, CancellationToken token)
    {
        var segment = open.Name;
        // Also when the same segment is received again, over a new connection: its bytes may be others.
        if (writer is null || open != begun)
        {
            var there = await pieces.ListAsync(segment, token);
            // What an earlier receiver brought there is further than we are: first we come as far, then both are compared.
            if (there.Any(piece => piece.To > durable)) return false;
            Compare(segment, there, Read(path, 0, durable).Span);
            writer?.Dispose();
            (writer, begun) = (new TailWriter(store, folder, segment, encoding), open);
        }
        var before = writer.Shipped;
        await writer.ShipAsync(from => Read(path, from, durable), token);
        if (writer.Shipped > before && writer.IsCumulative) await DropOlderAsync(segment, writer.Shipped, token);
        return true;
    }

    /// <summary>The complete segment is in the store: the pieces were its beginning, and go.</summary>
    /// <exception cref="Fault">10: they were not, and stay.</exception>
    public async Task SweepAsync(RawSegment complete, CancellationToken token)
    {
        var there = await pieces.ListAsync(complete.Name, token);
        Compare(complete.Name, there, complete.Bytes.Span);
        foreach (var piece in there) await store.DeleteAsync(piece.KeyIn(folder), token);
    }

    public void Dispose() => writer?.Dispose();

    private async Task DropOlderAsync(WalSegmentName segment, int length, CancellationToken token)
    {
        foreach (var piece in await pieces.ListAsync(segment, token))
            if (piece.To < length) await store.DeleteAsync(piece.KeyIn(folder), token);
    }

    private void Compare(WalSegmentName segment, IEnumerable<TailPiece> there, ReadOnlySpan<byte> content)
    {
        if (TailChain.Contradicted(there, content) is not [var other, ..]) return;
        throw new Fault(FaultCode.Verification, $"the store has other bytes of segment {segment} than the server sends")
        {
            Where = $"{other.KeyIn(folder)} in {store.Address}",
            Why = "the server was set back in time, or two servers write this timeline",
            Left = "what is in the store stays",
            Next = "tidemark wal status # then take a base backup of the server that goes on",
        };
    }

    private static ReadOnlyMemory<byte> Read(string path, int from, int to)
    {
        var bytes = new byte[to - from];
        using var file = File.OpenRead(path);
        file.Seek(from, SeekOrigin.Begin);
        file.ReadExactly(bytes);
        return bytes;
    }
}
