using Tidemark.Postgres.Wal;
using Tidemark.Repositories;
using Tidemark.Storage;

namespace Tidemark.Wal.Receiving;

/// <summary>Segments that are not complete yet, in one store: piece by piece as they are durable here, compared with what lies there already.</summary>
internal sealed class OpenTail(WalSpool spool, IObjectStore store, IncarnationFolder folder, WalEncoding encoding, Action<string> remark) : IDisposable
{
    private readonly TailReader pieces = new(store, folder, encoding);
    private readonly PieceSweep sweep = new(store, folder, remark);
    private readonly Dictionary<WalSegmentName, Shipping> begun = [];
    private (TailPiece Piece, DateTimeOffset Seen)? ahead;

    /// <param name="tail">As the spool has it.</param>
    /// <param name="caughtUp">When we last had all that the server had; null: not yet.</param>
    /// <param name="token">Cancels before a write.</param>
    /// <returns>Bytes from the segment's start that the store is known to hold, and nothing else.</returns>
    /// <exception cref="Fault">10: other bytes of it are there. 8, 15: the store.</exception>
    public async Task<int> ShipAsync(SpooledTail tail, WalReach? caughtUp, CancellationToken token)
    {
        if (!begun.TryGetValue(tail.Name, out var known) || known.Writing != tail.Writing)
        {
            if (await BeginAsync(tail, caughtUp, token) is not { } fresh) return 0;
            known?.Writer.Dispose();
            begun[tail.Name] = known = fresh;
        }
        if (tail.Length <= known.Known) return tail.Length;
        if (spool.Read(tail, known.Writer.Next) is not { } bytes) return known.Known;
        await known.Writer.ShipAsync(_ => bytes, token);
        known.Known = known.Writer.Shipped;
        foreach (var older in known.Writer.Older)
        {
            sweep.Add(older);
            known.Writer.Gone(older);
        }
        await sweep.TryAsync(token);
        return known.Known;
    }

    /// <summary>What is there of a segment that is complete, or was cut off.</summary>
    /// <exception cref="Fault">10: it is not the beginning of this.</exception>
    public async Task<IReadOnlyList<TailPiece>> AgreeAsync(RawSegment whole, CancellationToken token)
    {
        var there = await pieces.ListAsync(whole.Name, token);
        Compare(whole.Name, there, whole.Bytes.Span);
        return [.. there.Where(piece => piece.To <= whole.Bytes.Length)];
    }

    /// <summary>What they are the beginning of is in the store: they go. Where they cannot, that holds up nothing.</summary>
    public async Task SweepAsync(WalSegmentName name, IReadOnlyList<TailPiece> there, CancellationToken token)
    {
        if (begun.Remove(name, out var done)) done.Writer.Dispose();
        foreach (var piece in there) sweep.Add(piece);
        await sweep.TryAsync(token);
    }

    /// <summary>How far the pieces of the newest segment go without a gap; null: there are none.</summary>
    public async Task<WalPosition?> EndAsync(CancellationToken token)
    {
        var all = new List<TailPiece>();
        await foreach (var stored in store.ListObjectsAsync(TailPiece.AllIn(folder), static _ => { }, token))
            if (TailPiece.Parse(stored.Key) is { } piece) all.Add(piece);
        var newest = all.GroupBy(piece => piece.Segment).MaxBy(group => group.Key, WalOrder.OfNames);
        return newest is not null && TailChain.Furthest([.. newest]) is { } end ? new WalPosition(end.Segment.Timeline, end.Segment.Start(spool.Size) + (ulong)end.To) : null;
    }

    public void Dispose()
    {
        foreach (var one in begun.Values) one.Writer.Dispose();
    }

    /// <summary>Null: what is there goes further than we do, or we have it no more.</summary>
    private async Task<Shipping?> BeginAsync(SpooledTail tail, WalReach? caughtUp, CancellationToken token)
    {
        var there = await pieces.ListAsync(tail.Name, token);
        if (spool.Read(tail, 0) is not { } bytes) return null;
        Compare(tail.Name, there, bytes);
        if (there.MaxBy(piece => piece.To) is { } furthest && furthest.To > tail.Length)
        {
            // An earlier receiver brought it: the server sends it again. But not one that has no more to send.
            if (caughtUp is { } all && all.Timeline == tail.Name.Timeline && all.End < tail.Start + (ulong)furthest.To)
            {
                if (ahead is { } seen && seen.Piece == furthest && all.At > seen.Seen) throw Conflict(furthest);
                if (ahead?.Piece != furthest) ahead = (furthest, all.At);
            }
            return null;
        }
        return new Shipping(new TailWriter(store, folder, tail.Name, encoding), tail.Writing) { Known = TailChain.Furthest(there)?.To == tail.Length ? tail.Length : 0 };
    }

    private void Compare(WalSegmentName segment, IEnumerable<TailPiece> there, ReadOnlySpan<byte> content)
    {
        if (TailChain.Contradicted(there.Where(piece => piece.Segment == segment), content) is [var other, ..]) throw Conflict(other);
    }

    private Fault Conflict(TailPiece other) => new(FaultCode.Verification, $"the store has other bytes of segment {other.Segment} than the server sends")
    {
        Where = $"{other.KeyIn(folder)} in {store.Address}",
        Why = "the server was set back in time, or two servers write this timeline",
        Left = "what is in the store stays",
        Next = "tidemark wal status # then take a base backup of the server that goes on",
    };

    /// <param name="Writer">Of its pieces.</param>
    /// <param name="Writing">Of the tail.</param>
    private sealed record Shipping(TailWriter Writer, int Writing)
    {
        /// <summary>Bytes that the store holds, also where an earlier process brought them.</summary>
        public int Known { get; set; }
    }
}
