using System.Security.Cryptography;
using Tidemark.Postgres.Wal;
using Tidemark.Repositories;
using Tidemark.Storage;

namespace Tidemark.Wal;

/// <summary>Ships the open segment piece by piece. Made anew for each segment, and after a restart: then its first piece holds all there is.</summary>
/// <param name="store">Where to.</param>
/// <param name="folder">The incarnation.</param>
/// <param name="segment">The open one.</param>
/// <param name="encoding">How pieces are stored.</param>
internal sealed class TailWriter(IObjectStore store, IncarnationFolder folder, WalSegmentName segment, WalEncoding encoding) : IDisposable
{
    /// <summary>So many pieces at most must be fetched to have a tail.</summary>
    public const int Cumulative = 64;

    private readonly IncrementalHash running = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly List<TailPiece> own = [];
    private int shipped, hashed, pieces;

    /// <summary>Bytes from the segment's start that are in the store.</summary>
    public int Shipped => shipped;

    /// <summary>Where the next piece begins.</summary>
    public int Next => pieces % Cumulative == 0 ? 0 : shipped;

    /// <summary>Pieces of ours in whose place a later one of ours stands, and that nothing builds on. Those of another writer are its own.</summary>
    public IReadOnlyList<TailPiece> Older => own.FindLastIndex(piece => piece.From == 0) is var whole and > 0 ? own[..whole] : [];

    /// <summary>Brings what is new into the store; nothing when nothing is. After a failure the next call ships what is missing.</summary>
    /// <param name="read">The bytes from this place of the segment, which is <see cref="Next"/>, to where it is durable now; it must not take back what it gave.</param>
    /// <param name="token">Cancels before the write.</param>
    public async Task ShipAsync(Func<int, ReadOnlyMemory<byte>> read, CancellationToken token)
    {
        var from = Next;
        // Read once: what is hashed is what is written.
        var bytes = read(from);
        if (from + bytes.Length > hashed)
        {
            running.AppendData(bytes.Span[(hashed - from)..]);
            hashed = from + bytes.Length;
        }
        if (hashed == shipped) return;
        var piece = new TailPiece(segment, from, hashed, Convert.ToHexStringLower(running.GetCurrentHash()));
        var made = await store.PutAsync(piece.KeyIn(folder), encoding.Encode(bytes.Span), PutMode.IfAbsent, token);
        if (made) own.Add(piece);
        // One that was there may be another writer's, who may remove it: the next one needs none before it.
        (shipped, pieces) = (hashed, made ? pieces + 1 : 0);
    }

    /// <summary>Of <see cref="Older"/>: it is gone.</summary>
    public void Gone(TailPiece piece) => own.Remove(piece);

    public void Dispose() => running.Dispose();
}
