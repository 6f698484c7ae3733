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
    private int shipped, hashed, pieces;

    /// <summary>Bytes from the segment's start that are in the store.</summary>
    public int Shipped => shipped;

    /// <summary>The last piece needs none before it.</summary>
    public bool IsCumulative { get; private set; }

    /// <summary>Brings what is new into the store; nothing when nothing is. After a failure the next call ships what is missing.</summary>
    /// <param name="read">The bytes from this place of the segment to where it is durable now; it must not take back what it gave.</param>
    /// <param name="token">Cancels before the write.</param>
    public async Task ShipAsync(Func<int, ReadOnlyMemory<byte>> read, CancellationToken token)
    {
        var fresh = read(hashed);
        running.AppendData(fresh.Span);
        hashed += fresh.Length;
        if (hashed == shipped) return;
        var from = pieces % Cumulative == 0 ? 0 : shipped;
        // Cut where the hash ends: there may be more by now.
        var bytes = read(from)[..(hashed - from)];
        var piece = new TailPiece(segment, from, hashed, Convert.ToHexStringLower(running.GetCurrentHash()));
        await store.PutAsync(piece.KeyIn(folder), encoding.Encode(bytes.Span), PutMode.IfAbsent, token);
        (shipped, pieces, IsCumulative) = (hashed, pieces + 1, from == 0);
    }

    public void Dispose() => running.Dispose();
}
