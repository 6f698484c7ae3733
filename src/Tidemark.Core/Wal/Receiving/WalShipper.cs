using Tidemark.Postgres.Wal;
using Tidemark.Repositories;
using Tidemark.Storage;

namespace Tidemark.Wal.Receiving;

/// <summary>Brings what the spool holds into one store: histories, what promotions cut off, complete segments in their order, then the tail of the open one.</summary>
/// <remarks>A store that fails is told once, and asked again at each beat; nothing leaves the spool before every store has it.</remarks>
internal sealed class WalShipper(WalSpool spool, IObjectStore store, ulong system, WalEncoding encoding, SpoolClearing clearing, ReceiverState state, TimeSpan every, TimeProvider clock, Action<string> remark) : IDisposable
{
    private readonly HashSet<string> shipped = [];
    private (WalArchive Archive, OpenTail Tail, ShippedReach Reach)? place;

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
        using var beat = new PeriodicTimer(every, clock);
        try
        {
            while (await beat.WaitForNextTickAsync(token)) await TryAsync(token);
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            // FinishAsync takes the rest.
        }
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

    public void Dispose() => place?.Tail.Dispose();

    private async Task TryAsync(CancellationToken token)
    {
        try
        {
            await ShipAsync(token);
            if (failure is not null) remark($"{store.Address} takes WAL again");
            failure = null;
        }
        catch (Exception failed) when (failed is Fault or IOException or UnauthorizedAccessException)
        {
            var why = (failed as Fault)?.InOneLine ?? failed.Message;
            if (failure != why) remark($"not shipped to {store.Address}: {why}; it stays in the spool");
            failure = why;
        }
    }

    /// <summary>How far the store goes on its newest timeline, whatever is missing before; null: it holds no WAL of this cluster.</summary>
    public async Task<WalPosition?> EndAsync(CancellationToken token)
    {
        var (archive, _, _) = await PlaceAsync(token);
        var names = (await archive.ListAsync(archive.Keys.All, token)).Where(one => one.Object.Kind == WalObjectKind.Segment).Select(one => one.Object.Segment).ToList();
        return names.Count == 0 ? null : PositionAfter(names.Max(WalOrder.OfNames));
    }

    private WalPosition PositionAfter(WalSegmentName newest) => new(newest.Timeline, newest.End(spool.Size));

    /// <summary>Found, or opened, at the first use: a store may be away at the start.</summary>
    private async Task<(WalArchive Archive, OpenTail Tail, ShippedReach Reach)> PlaceAsync(CancellationToken token)
    {
        if (place is { } known) return known;
        var incarnation = await new Incarnations(store, IncarnationFolder.DefaultCluster).EnsureAsync(system, token);
        place = (new WalArchive(store, new WalKeys(incarnation), encoding), new OpenTail(store, incarnation, encoding), new ShippedReach(store, incarnation, clock));
        return place.Value;
    }

    private async Task ShipAsync(CancellationToken token)
    {
        var (archive, tail, reach) = await PlaceAsync(token);
        // Taken first: what comes while we ship is not claimed.
        var (caughtUp, durable) = (state.Report.CaughtUp, spool.Tail?.Flushed ?? state.Report.Durable);
        foreach (var timeline in spool.Histories())
            await OnceAsync(spool.PathOf(timeline), async path => await archive.PutNoteAsync(WalFileName.Parse(timeline.HistoryFileName)!, await File.ReadAllBytesAsync(path, token), token));
        foreach (var name in spool.Partials())
            await OnceAsync(spool.PathOfPartial(name), async path => await PutAsync(await SegmentAsync(name, path, token), archive.PutPartialAsync, token));
        foreach (var name in spool.Complete())
            await OnceAsync(spool.PathOf(name), async path =>
            {
                var segment = await SegmentAsync(name, path, token);
                await PutAsync(segment, archive.PutAsync, token);
                await tail.SweepAsync(segment, token);
            });
        if (await ShipTailAsync(tail, token)) await reach.NoteAsync(caughtUp, durable, token);
    }

    private async Task OnceAsync(string path, Func<string, Task> put)
    {
        if (shipped.Contains(path)) return;
        try
        {
            await put(path);
        }
        catch (FileNotFoundException) when (!File.Exists(path))
        {
            // A full spool gave it up meanwhile, for another store has it: that is told where it is done.
            return;
        }
        shipped.Add(path);
        clearing.Shipped(path);
        // A file of that name may come again: a history does at each connection.
        if (!File.Exists(path)) shipped.Remove(path);
    }

    /// <returns>Whether the store holds all that is durable here.</returns>
    private async Task<bool> ShipTailAsync(OpenTail tail, CancellationToken token)
    {
        if (spool.Tail is not { } open) return spool.Unfinished().Count == 0;
        var (path, durable) = (spool.PathOfOpen(open.Name), (int)(open.Flushed - open.Start));
        try
        {
            return durable < spool.Size.Bytes && await tail.ShipAsync(open, path, durable, token);
        }
        catch (FileNotFoundException)
        {
            // It was finished, and renamed, since: as a whole it goes at the next beat.
            return false;
        }
    }

    private Task<bool> PutAsync(RawSegment segment, Func<RawSegment, Func<ReadOnlyMemory<byte>>, CancellationToken, Task<bool>> put, CancellationToken token) => put(segment, () => encoding.Encode(segment.Bytes.Span), token);

    private static async Task<RawSegment> SegmentAsync(WalSegmentName name, string path, CancellationToken token)
    {
        var segment = RawSegment.Of(name, await File.ReadAllBytesAsync(path, token));
        var check = new WalSegmentCheck(name, null);
        check.Append(segment.Bytes.Span);
        return segment with { Breaks = check.Breaks };
    }
}
