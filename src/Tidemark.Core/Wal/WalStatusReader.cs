using Tidemark.Postgres.Wal;
using Tidemark.Repositories;
using Tidemark.Storage;

namespace Tidemark.Wal;

/// <summary>Looks at the log that a store holds of a cluster. Nothing is written.</summary>
/// <param name="store">Which.</param>
/// <param name="encoding">Opens what is sealed.</param>
/// <param name="clock">For the age of what is there when the server cannot be asked.</param>
/// <param name="remark">Told what could not be known, and why.</param>
internal sealed class WalStatusReader(IObjectStore store, WalEncoding encoding, TimeProvider clock, Action<string> remark)
{
    /// <summary>The newest; a store full of gaps is not read through.</summary>
    private const int MostRanges = 16;

    /// <summary>No look-ahead of a push takes longer.</summary>
    private static readonly TimeSpan UnderWay = TimeSpan.FromMinutes(5);

    private bool unreadable;

    /// <param name="server">Null: it cannot be asked; then the life of the cluster that began last is looked at.</param>
    /// <param name="token">Stops between two objects.</param>
    /// <returns>Null: nothing of this cluster is there.</returns>
    /// <exception cref="Fault">8: the store.</exception>
    public async Task<WalStatus?> ReadAsync(WalServer? server, CancellationToken token)
    {
        var lives = new Incarnations(store, IncarnationFolder.DefaultCluster);
        var folder = server is null ? (await lives.ListAsync(token)) is [.., var latest] ? latest : null : await lives.FindAsync(server.SystemIdentifier, token);
        return folder is null ? null : await ReadAsync(folder, server, token);
    }

    /// <param name="folder">Of one life of the cluster.</param>
    /// <param name="server">Null: it cannot be asked.</param>
    /// <param name="token">Stops between two objects.</param>
    /// <returns>Null: no WAL of it is there.</returns>
    /// <exception cref="Fault">8: the store.</exception>
    public async Task<WalStatus?> ReadAsync(IncarnationFolder folder, WalServer? server, CancellationToken token)
    {
        var archive = new WalArchive(store, new WalKeys(folder), encoding);
        var (segments, histories, breaks, conflicts) = await ListAsync(archive, token);
        var tails = await ListTailsAsync(folder, token);
        if (segments.Count == 0 && tails.Count == 0) return null;

        var size = server?.SegmentSize ?? await SizeAsync(archive, segments, token);
        var coverage = WalCoverage.Of(size, segments.Select(one => new CoveredSegment(one.Wal.Object.Segment, one.Wal.Object.Mark, one.Written)), histories, tails.Select(one => new CoveredTail(one.Piece.Segment, one.Piece.To, one.Written)), breaks, conflicts);
        var moments = await MomentsAsync(archive, folder, coverage, size, segments, tails, token);
        var newest = segments.Select(one => new WalNewest(one.Wal.Key, one.Written)).Concat(tails.Select(one => new WalNewest(one.Piece.KeyIn(folder), one.Written))).MaxBy(one => one.Written);
        var arriving = ArrivingIn(coverage, size, segments);
        return Judge(new WalStatus(store.Address, folder, size, coverage, moments, newest, null, null, null) { Arriving = arriving }, server, await ReachAsync(folder, token));
    }

    private HashSet<WalGap> ArrivingIn(WalCoverage coverage, WalSegmentSize size, List<(StoredWal Wal, DateTimeOffset Written)> segments)
    {
        var young = segments.Where(one => clock.GetUtcNow() - one.Written < UnderWay).Select(one => one.Wal.Object.Segment).ToHashSet();
        return [.. coverage.Timelines.SelectMany(one => one.Gaps).Where(gap => young.Contains(gap.Last.Next(size)))];
    }

    private WalStatus Judge(WalStatus status, WalServer? server, WalReach? reach)
    {
        var timeline = server?.Timeline ?? status.Coverage.Timelines[^1].Timeline;
        // After a promotion all that is stored may be of the timeline before: what that went on to write is not the server's.
        var along = status.Coverage.Along(timeline);
        var end = along is [.., var newest] ? newest.End : (Lsn?)null;
        var lag = server is null || end is not { } known ? (long?)null : server.Flushed <= known ? 0 : (long)(server.Flushed - known);
        var last = status.Coverage.Timelines.FirstOrDefault(one => one.Timeline == timeline)?.Ranges is [.., var range] ? status.Moments.GetValueOrDefault(range)?.Last : null;
        var now = server?.Now ?? clock.GetUtcNow();
        // A server that writes nothing has commits as old as you like, and nothing is missing of them.
        var said = reach is { } note && note.Timeline == timeline && end >= note.End && note.Age(now) is not null ? note.At : (DateTimeOffset?)null;
        var point = said is not null && !(last > said) ? said : last ?? status.Newest?.Written;
        var behind = lag == 0 ? TimeSpan.Zero : point is { } at ? now - at : (TimeSpan?)null;
        return status with { Start = along is [.., var unbroken] ? unbroken.Start : null, HasGap = along.Count > 1, End = end, LagBytes = lag, Behind = behind < TimeSpan.Zero ? TimeSpan.Zero : behind };
    }

    private async Task<(List<(StoredWal Wal, DateTimeOffset Written)> Segments, List<TimelineHistory> Histories, List<CoveredBreak> Breaks, List<CoveredConflict> Conflicts)> ListAsync(WalArchive archive, CancellationToken token)
    {
        var (segments, histories, breaks, conflicts) = (new List<(StoredWal, DateTimeOffset)>(), new List<TimelineHistory>(), new List<CoveredBreak>(), new List<CoveredConflict>());
        await foreach (var stored in store.ListObjectsAsync(archive.Keys.All, Unseen, token))
        {
            if (WalKeys.Parse(stored.Key) is not { } one) continue;
            if (one.Kind == WalObjectKind.Segment) segments.Add((new StoredWal(stored.Key, stored.Size, one), stored.Written));
            else if (one.Kind == WalObjectKind.Break) breaks.Add(new CoveredBreak(one.Segment, Convert.ToUInt32(one.Mark, 16)));
            else if (one.Kind == WalObjectKind.Conflict) conflicts.Add(new CoveredConflict(one.Segment.Timeline, one.Place));
            else if (one.Kind == WalObjectKind.History && await HistoryAsync(archive, one.Segment.Timeline, token) is { } history) histories.Add(history);
        }
        return (segments, histories, breaks, conflicts);
    }

    private async Task<TimelineHistory?> HistoryAsync(WalArchive archive, TimelineId timeline, CancellationToken token)
    {
        try
        {
            return await archive.ReadNoteAsync(WalFileName.Parse(timeline.HistoryFileName)!, token) is { } bytes ? TimelineHistory.Parse(timeline, bytes) : null;
        }
        catch (FormatException damaged)
        {
            remark($"{timeline.HistoryFileName} in {store.Address} cannot be read: {damaged.Message}");
            return null;
        }
    }

    private async Task<WalReach?> ReachAsync(IncarnationFolder folder, CancellationToken token)
    {
        try
        {
            return await WalReachReader.FindAsync(store, WalReachNote.KeyIn(folder), token);
        }
        catch (Fault unreadable) when (unreadable.Code == FaultCode.Verification)
        {
            remark(unreadable.InOneLine);
            return null;
        }
    }

    /// <summary>Of each segment, how far its pieces reach without a gap.</summary>
    private async Task<List<(TailPiece Piece, DateTimeOffset Written)>> ListTailsAsync(IncarnationFolder folder, CancellationToken token)
    {
        var pieces = new List<(TailPiece Piece, DateTimeOffset Written)>();
        await foreach (var stored in store.ListObjectsAsync(TailPiece.AllIn(folder), Unseen, token))
        {
            if (TailPiece.Parse(stored.Key) is { } piece) pieces.Add((piece, stored.Written));
        }
        var ends = pieces.GroupBy(one => one.Piece.Segment).Select(group => TailChain.Furthest([.. group.Select(one => one.Piece)])).OfType<TailPiece>().ToHashSet();
        return [.. pieces.Where(one => ends.Contains(one.Piece))];
    }

    /// <summary>As its newest segment says.</summary>
    private async Task<WalSegmentSize> SizeAsync(WalArchive archive, List<(StoredWal Wal, DateTimeOffset Written)> segments, CancellationToken token)
    {
        if (segments.Count == 0) return WalSegmentSize.Default;
        var raw = await TriedAsync(async () => (await archive.ReadAsync(segments.MaxBy(one => one.Written).Wal, token)).Bytes);
        return WalSegmentSize.IsOne(raw.Length) ? new WalSegmentSize(raw.Length) : WalSegmentSize.Default;
    }

    private async Task<IReadOnlyDictionary<WalRange, WalMoments>> MomentsAsync(
        WalArchive archive, IncarnationFolder folder, WalCoverage coverage, WalSegmentSize size,
        List<(StoredWal Wal, DateTimeOffset Written)> segments, List<(TailPiece Piece, DateTimeOffset Written)> tails, CancellationToken token)
    {
        var found = new Dictionary<WalRange, WalMoments>();
        foreach (var range in coverage.Timelines.SelectMany(one => one.Ranges).Reverse().Take(MostRanges))
            found[range] = await WalMoments.ReadAsync(range, size, name => TriedAsync(() => RawAsync(name)));
        return found;

        async Task<ReadOnlyMemory<byte>> RawAsync(WalSegmentName name)
        {
            if (segments.Find(one => one.Wal.Object.Segment == name).Wal is { } whole) return (await archive.ReadAsync(whole, token)).Bytes;
            var tail = tails.Find(one => one.Piece.Segment == name).Piece;
            return await new TailReader(store, folder, encoding).ReadAsync(name, new PlannedTail(tail.To, tail.Sha256), token);
        }
    }

    /// <summary>Empty where it cannot be opened: what is there is known all the same, only not of when it is.</summary>
    private async Task<ReadOnlyMemory<byte>> TriedAsync(Func<Task<ReadOnlyMemory<byte>>> read)
    {
        if (unreadable) return default;
        try
        {
            return await read();
        }
        catch (Fault closed) when (closed.Code == FaultCode.Keys || closed.Code == FaultCode.KeyUnusable)
        {
            unreadable = true;
            remark($"the times of commits are not known: {closed.InOneLine}");
        }
        catch (Fault damaged) when (damaged.Code == FaultCode.Verification)
        {
            remark(damaged.InOneLine);
        }
        return default;
    }

    private void Unseen(string why) => remark($"not all of the store could be looked at: {why}");
}
