using Tidemark.Postgres.Wal;
using Tidemark.Repositories;
using Tidemark.Storage;

namespace Tidemark.Wal.Receiving;

/// <summary>Brings what the spool holds into one store: histories, what promotions cut off, complete segments in their order, then the tail of the open one.</summary>
/// <remarks>A store that fails is told once, and asked again at each beat; nothing leaves the spool before every store has it.</remarks>
internal sealed class WalShipper(WalSpool spool, IObjectStore store, ulong system, WalEncoding encoding, SpoolClearing clearing, ReceiverState state, TimeSpan every, TimeProvider clock, Action<string> remark) : IDisposable
{
    /// <summary>While somebody waits for it.</summary>
    private static readonly TimeSpan Hurried = TimeSpan.FromMilliseconds(20);

    private readonly PeriodicTimer beat = new(every, clock);
    private readonly SemaphoreSlim placing = new(1);
    private Place? place;
    private WalPosition? stored;

    /// <summary>Of one segment after the other, as it is and packed: each made anew, they would be 32 MiB that wait for a collection.</summary>
    private byte[] raw = [], packed = [];
    private string? failure;

    /// <summary>Which store.</summary>
    public string Address => store.Address;

    /// <summary>Up to which moment the store holds every commit; null: not known yet.</summary>
    public WalReach? Reach => place?.Reach.Known;

    /// <summary>Why it does not ship; null: it does.</summary>
    public string? Failure => failure;

    /// <summary>Ends by the token.</summary>
    public async Task RunAsync(CancellationToken token)
    {
        try
        {
            while (await beat.WaitForNextTickAsync(token)) await TryAsync(token);
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            // FinishAsync takes the rest.
        }
    }

    /// <summary>From now on fifty times a second: somebody waits for what is complete.</summary>
    public void Hurry()
    {
        if (every > Hurried) beat.Period = Hurried;
    }

    /// <summary>Once more, for at most so long: what is not in the store then stays in the spool.</summary>
    public async Task FinishAsync(TimeSpan patience)
    {
        using var limit = new CancellationTokenSource(patience, clock);
        try
        {
            await TryAsync(limit.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            remark($"{store.Address} did not take the last of the WAL within {patience.TotalSeconds:0} s: it stays in the spool");
        }
    }

    public void Dispose()
    {
        beat.Dispose();
        place?.Tail.Dispose();
        placing.Dispose();
    }

    private async Task TryAsync(CancellationToken token)
    {
        try
        {
            await ShipAsync(token);
            if (failure is not null) remark($"{store.Address} takes WAL again");
            failure = null;
        }
#pragma warning disable CA1031 // Whatever failed is told, and the next beat tries again: the other stores, and the receiving, go on.
        catch (Exception failed) when (failed is not OperationCanceledException || !token.IsCancellationRequested)
#pragma warning restore CA1031
        {
            var why = (failed as Fault)?.InOneLine ?? failed.Message;
            if (failure != why) remark($"not shipped to {store.Address}: {why}; it stays in the spool");
            failure = why;
        }
    }

    /// <summary>How far the store goes on its newest timeline, whatever is missing before; null: it holds no WAL of this cluster.</summary>
    public async Task<WalPosition?> EndAsync(CancellationToken token)
    {
        var (archive, tail, _) = await PlaceAsync(token);
        var names = (await archive.ListAsync(archive.Keys.All, token)).Where(one => one.Object.Kind == WalObjectKind.Segment).Select(one => one.Object.Segment).ToList();
        WalPosition? complete = names.Count == 0 ? null : PositionAfter(names.Max(WalOrder.OfNames));
        if (await tail.EndAsync(token) is not { } open) return complete;
        // A tail goes on where the last whole one ends; one behind a hole says nothing.
        return complete is not { } whole || (open.IsFurtherThan(whole) && spool.Size.StartOf(spool.Size.NumberBefore(open.End)) <= whole.End) ? open : complete;
    }

    /// <summary>See <see cref="WalArchive.MarkConflictAsync"/>. A store that is away is told of: what failed is told by another.</summary>
    public async Task MarkConflictAsync(WalPosition from, CancellationToken token)
    {
        try
        {
            await (await PlaceAsync(token)).Archive.MarkConflictAsync(from.Timeline, from.End, token);
        }
        catch (Fault away)
        {
            remark($"{store.Address} was not told that timeline {from.Timeline.Value} is written twice: {away.InOneLine}");
        }
    }

    private WalPosition PositionAfter(WalSegmentName newest) => new(newest.Timeline, newest.End(spool.Size));

    /// <summary>Found, or opened, at the first use: a store may be away at the start.</summary>
    private async Task<Place> PlaceAsync(CancellationToken token)
    {
        await placing.WaitAsync(token);
        try
        {
            if (place is { } known) return known;
            var incarnation = await new Incarnations(store, IncarnationFolder.DefaultCluster).EnsureAsync(system, token);
            return place = new Place(new WalArchive(store, new WalKeys(incarnation), encoding), new OpenTail(spool, store, incarnation, encoding, remark), new ShippedReach(store, incarnation, clock));
        }
        finally
        {
            placing.Release();
        }
    }

    private async Task ShipAsync(CancellationToken token)
    {
        var (archive, tail, reach) = await PlaceAsync(token);
        // Taken first: what comes while we ship is not claimed, nor the tail behind a segment that becomes complete meanwhile.
        var (caughtUp, tails) = (state.Report.CaughtUp, spool.Tails());
        foreach (var timeline in spool.Histories())
            await OnceAsync(spool.PathOf(timeline), async path => await archive.PutNoteAsync(WalFileName.Parse(timeline.HistoryFileName)!, await File.ReadAllBytesAsync(path, token), token));
        foreach (var name in spool.Partials())
        {
            RawSegment? partial = null;
            if (await OnceAsync(spool.PathOfPartial(name), async path => await PutAsync(partial = await ReadAsync(name, path, token), archive.PutPartialAsync, token))) await SweepAsync(tail, partial!, token);
        }
        foreach (var name in spool.Complete())
        {
            IReadOnlyList<TailPiece> pieces = [];
            var isNew = await OnceAsync(spool.PathOf(name), async path =>
            {
                var segment = await CompleteAsync(name, path, token);
                // Before it is put: behind another beginning it would join two histories.
                pieces = await MarkedAsync(name, () => tail.AgreeAsync(segment, token), token);
                await PutAsync(segment, archive.PutAsync, token);
                Stored(PositionAfter(name));
            });
            if (isNew) await tail.SweepAsync(name, pieces, token);
        }
        foreach (var one in tails)
            if (await MarkedAsync(one.Name, () => tail.ShipAsync(one, caughtUp, token), token) is var length and > 0) Stored((one with { Length = length }).Position);
        if (stored is null && caughtUp is not null && await EndAsync(token) is { } before) Stored(before);
        await reach.NoteAsync(caughtUp, stored, token);
    }

    /// <summary>Other bytes of a segment than the server sends are told to all who read in that store.</summary>
    private async Task<T> MarkedAsync<T>(WalSegmentName name, Func<Task<T>> agree, CancellationToken token)
    {
        try
        {
            return await agree();
        }
        catch (Fault differs) when (differs.Code == FaultCode.Verification)
        {
            await MarkConflictAsync(new WalPosition(name.Timeline, name.Start(spool.Size)), token);
            throw;
        }
    }

    private void Stored(WalPosition until) => stored = stored is { } known && known.IsFurtherThan(until) ? known : until;

    /// <summary>Its beginning may have been shipped before the timeline was left; what differs from it stays.</summary>
    private static async Task SweepAsync(OpenTail tail, RawSegment partial, CancellationToken token)
    {
        try
        {
            await tail.SweepAsync(partial.Name, await tail.AgreeAsync(partial, token), token);
        }
        catch (Fault differs) when (differs.Code == FaultCode.Verification)
        {
            // Both are kept, and nobody asks for either.
        }
    }

    /// <returns>Whether it is there since now.</returns>
    private async Task<bool> OnceAsync(string path, Func<string, Task> put)
    {
        if (clearing.IsShipped(path, this)) return false;
        try
        {
            await put(path);
        }
        catch (FileNotFoundException) when (!File.Exists(path))
        {
            // A full spool gave it up meanwhile, for another store has it: that is told where it is done.
            return false;
        }
        clearing.Shipped(path, this);
        return true;
    }

    private async Task<bool> PutAsync(RawSegment segment, Func<RawSegment, Func<ReadOnlyMemory<byte>>, CancellationToken, Task<bool>> put, CancellationToken token)
    {
        // What a put that failed may still read is not written over.
        var (whole, room) = (raw, packed.Length < WalEncoding.RoomFor(segment.Bytes.Length) ? GC.AllocateUninitializedArray<byte>(WalEncoding.RoomFor(segment.Bytes.Length)) : packed);
        (raw, packed) = ([], []);
        var isNew = await put(segment, () => encoding.Encode(segment.Bytes.Span, room), token);
        (raw, packed) = (whole, room);
        return isNew;
    }

    /// <summary>Good until the next one is read.</summary>
    private async Task<RawSegment> ReadAsync(WalSegmentName name, string path, CancellationToken token)
    {
        await using var file = File.OpenRead(path);
        var length = checked((int)file.Length);
        if (raw.Length < length) raw = GC.AllocateUninitializedArray<byte>(length);
        await file.ReadExactlyAsync(raw.AsMemory(0, length), token);
        return RawSegment.Of(name, raw.AsMemory(0, length));
    }

    /// <summary>What a disk made of it since it was received must not go under the name of a whole segment.</summary>
    private async Task<RawSegment> CompleteAsync(WalSegmentName name, string path, CancellationToken token)
    {
        var segment = await ReadAsync(name, path, token);
        var check = new WalSegmentCheck(name, system);
        check.Append(segment.Bytes.Span);
        var verdict = check.Finish();
        // A server may have written what breaks off: so it says itself, and recovery ends there.
        if (verdict.Kind == WalSegmentFlaw.Broken) remark($"warning: {verdict.Why}; it is stored in {store.Address} all the same");
        else if (!verdict.IsGood) throw new Fault(FaultCode.Verification, "a segment in the spool is not what its name says") { Where = path, Why = verdict.Why, Left = "it was not stored, nor is what follows it", Next = $"pg_waldump {path} # then check the disk; where the server still has the segment, put its file in this one's place" };
        return segment with { Breaks = check.Breaks };
    }

    private sealed record Place(WalArchive Archive, OpenTail Tail, ShippedReach Reach);
}
