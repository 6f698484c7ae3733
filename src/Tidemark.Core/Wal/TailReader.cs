using System.Security.Cryptography;
using Tidemark.Postgres.Wal;
using Tidemark.Repositories;
using Tidemark.Storage;

namespace Tidemark.Wal;

/// <summary>Puts a tail together from its pieces; every one is compared with the hash in its name.</summary>
internal sealed class TailReader(IObjectStore store, IncarnationFolder folder, WalEncoding encoding)
{
    /// <summary>Those of all segments that are, or were, open.</summary>
    public Task<IReadOnlyList<TailPiece>> ListAsync(CancellationToken token) => ListAsync(TailPiece.AllIn(folder), token);

    public Task<IReadOnlyList<TailPiece>> ListAsync(WalSegmentName segment, CancellationToken token) => ListAsync(TailPiece.OfSegment(folder, segment), token);

    private async Task<IReadOnlyList<TailPiece>> ListAsync(string prefix, CancellationToken token)
    {
        var (pieces, unseen) = (new List<TailPiece>(), new List<string>());
        await foreach (var stored in store.ListObjectsAsync(prefix, unseen.Add, token))
            if (TailPiece.Parse(stored.Key) is { } piece) pieces.Add(piece);
        return unseen.Count == 0 ? pieces : throw StoreFault.Unseen(store, prefix, unseen);
    }

    /// <summary>The bytes from the segment's start, without padding; null: pieces are missing.</summary>
    /// <exception cref="Fault">9: nothing configured opens them. 10: one is not what its name says. 8: the store.</exception>
    public async Task<byte[]?> ReadAsync(WalSegmentName segment, PlannedTail tail, CancellationToken token)
    {
        var there = await ListAsync(segment, token);
        // Since the plan was made a cumulative piece may have taken the place of those that it was made from.
        var chain = TailChain.Find(there, tail.Length, tail.Sha256) ?? (TailChain.Furthest(there) is { } further && further.To > tail.Length ? TailChain.Find(there, further.To, further.Sha256) : null);
        if (chain is null) return null;
        var bytes = new byte[chain[^1].To];
        using var running = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var piece in chain)
        {
            var key = piece.KeyIn(folder);
            var stored = await WholeObject.ReadAsync(store, key, WalSegmentSize.Largest, token) ?? throw StoreFault.TooLarge(store, key, WalSegmentSize.Largest);
            var raw = await encoding.DecodeAsync(stored, $"{key} in {store.Address}", token);
            if (raw.Length == piece.To - piece.From)
            {
                running.AppendData(raw.Span);
                raw.Span.CopyTo(bytes.AsSpan(piece.From));
            }
            if (Convert.ToHexStringLower(running.GetCurrentHash()) != piece.Sha256)
                throw new Fault(FaultCode.Verification, "a piece of the open segment is not what its name says") { Where = $"{key} in {store.Address}", Why = $"it holds {raw.Length} bytes that do not continue the ones before", Next = "tidemark wal status" };
        }
        if (bytes.Length == tail.Length) return bytes;
        return RawSegment.HashOf(bytes.AsSpan(0, tail.Length)) == tail.Sha256 ? bytes[..tail.Length] : null;
    }
}
