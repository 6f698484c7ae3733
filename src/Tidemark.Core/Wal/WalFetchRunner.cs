using Tidemark.Files;
using Tidemark.Postgres.Wal;
using Tidemark.Repositories;
using Tidemark.Storage;

namespace Tidemark.Wal;

/// <summary>What <c>restore_command</c> does: brings one file to a recovering server, or proves that there is none. Everything between the two is thrown.</summary>
/// <param name="stores">In this order; the first that has it serves it.</param>
/// <param name="encoding">How it is stored.</param>
/// <param name="patience">For stores that cannot be asked.</param>
/// <param name="boot">See <see cref="ThisBoot"/>: what was fetched ahead is believed as long as it lasts.</param>
/// <param name="clock">Tells what in the spool is too old.</param>
internal sealed class WalFetchRunner(IReadOnlyList<IObjectStore> stores, WalEncoding encoding, Patience patience, string? boot, TimeProvider clock)
{
    /// <summary>Bytes of raw segments that are fetched ahead at a time.</summary>
    private const long MostAhead = 256 << 20;

    /// <summary>The server waits for its segment while the next ones come: for this long, and twice as long as its own took. What is slower gains nothing by it.</summary>
    private static readonly TimeSpan LeastAhead = TimeSpan.FromSeconds(1);

    /// <summary>For the stores beside the one that serves.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    /// <summary>The disk of the server is not to be filled for speed.</summary>
    private const int SpareFactor = 4;

    /// <summary>Without a store, a key or a setting, where it was fetched ahead. False: <see cref="RunAsync"/> must be asked.</summary>
    /// <param name="request">What is wanted.</param>
    /// <param name="systemIdentifier">Of the cluster that recovers.</param>
    /// <param name="boot">See <see cref="ThisBoot"/>.</param>
    /// <param name="clock">Tells what in the spool is too old.</param>
    public static bool TryServe(WalFetchRequest request, ulong systemIdentifier, string? boot, TimeProvider clock) =>
        request.Name.Kind == WalObjectKind.Segment && IsSameCluster(request, systemIdentifier) && FetchRule.Of(request.Name, request.Plan).Ask
        && FetchSpool.Of(request, systemIdentifier, boot, clock)?.TryServe(request.Name.Segment, request.Path) == true;

    /// <returns>False: a miss, proven in every store.</returns>
    /// <param name="request">What is wanted.</param>
    /// <param name="systemIdentifier">Of the cluster that recovers.</param>
    /// <param name="token">Stops it; then nothing stands where the server wants it.</param>
    /// <exception cref="Fault">Anything else: it is not known to be missing, or must not be served.</exception>
    public async Task<bool> RunAsync(WalFetchRequest request, ulong systemIdentifier, CancellationToken token)
    {
        RequireSameCluster(request, systemIdentifier);
        if (TryServe(request, systemIdentifier, boot, clock)) return true;
        var rule = FetchRule.Of(request.Name, request.Plan);
        var spool = FetchSpool.Of(request, systemIdentifier, boot, clock);
        // Of a call that was killed; elsewhere than in pg_wal such names may be somebody's.
        if (request.IsRecovery) PendingFiles.Sweep(Path.GetDirectoryName(request.Path)!);
        var served = rule.Ask && await patience.RunAsync(() => LookAsync(request, rule, systemIdentifier, spool, token), token);
        if (!served) spool?.Sweep(keepTail: request.Name.Kind == WalObjectKind.Segment);
        return served;
    }

    /// <summary>One store that cannot be asked, or holds it damaged, hides nothing: another may serve the file, but none of the others proves that it is missing.</summary>
    private async Task<bool> LookAsync(WalFetchRequest request, FetchRule rule, ulong systemIdentifier, FetchSpool? spool, CancellationToken token)
    {
        Fault? unasked = null;
        foreach (var store in stores)
            try
            {
                if (await new Incarnations(store, IncarnationFolder.DefaultCluster).FindAsync(systemIdentifier, token) is not { } folder) throw NothingOf(store, systemIdentifier);
                var archive = new WalArchive(store, new WalKeys(folder), encoding);
                var served = request.Name.Kind switch
                {
                    WalObjectKind.Segment => await ServeSegmentAsync(store, archive, request, rule, spool, systemIdentifier, token),
                    WalObjectKind.Partial => await ServePartialAsync(archive, request, token),
                    _ => await ServeNoteAsync(archive, request, token),
                };
                if (served) return true;
                // A folder that was unmounted under our eyes is as empty as one that never had it.
                if (await new Incarnations(store, IncarnationFolder.DefaultCluster).FindAsync(systemIdentifier, token) is null) throw NothingOf(store, systemIdentifier);
            }
            catch (Fault gone) when (gone.Code == FaultCode.NotFound)
            {
                // It was listed a moment ago: the next look tells whether it is there.
                unasked = new Fault(FaultCode.Store, "an object went away between the listing and the reading", gone) { Where = gone.Where, Why = "it was removed, or the store is not whole", Left = "nothing was served", Next = "tidemark wal status" };
            }
            catch (Fault closed) when (closed.Code == FaultCode.Store)
            {
                // That one is worth waiting for, whatever is wrong with another: it may have the file whole.
                unasked = closed;
            }
            catch (Fault closed) when (closed.Code == FaultCode.Verification || closed.Code == FaultCode.Keys)
            {
                unasked ??= closed;
            }
        if (unasked is not null) throw unasked;
        return rule.MustExist ? throw Missing(request) : false;
    }

    private static async Task<bool> ServeNoteAsync(WalArchive archive, WalFetchRequest request, CancellationToken token)
    {
        if (await archive.ReadNoteAsync(request.Name, token) is not { } content) return false;
        if (request.Name.Kind == WalObjectKind.History)
        {
            var history = KnownForks.Read(archive, request.Name.Timeline, content);
            if (request.Plan is { } plan && request.Name.Timeline <= plan.History.Timeline && history.Forks.Any(fork => plan.History.EndOf(fork.Parent) != fork.End))
                throw new Fault(FaultCode.Refused, "the store and the plan do not tell the same history") { Where = $"{request.Name} in {archive.Address}", Left = "nothing was served", Next = "make the plan anew" };
        }
        Place(request.Path, content);
        return true;
    }

    /// <summary>Cut off as it is. There may be several, of as many servers that were promoted from one; who asks chooses among them.</summary>
    private static async Task<bool> ServePartialAsync(WalArchive archive, WalFetchRequest request, CancellationToken token)
    {
        var there = (await archive.ListAsync(archive.Keys.OfSegment(request.Name.Segment), token)).Where(one => one.Object.Kind == WalObjectKind.Partial).ToList();
        if (there.Count > 1)
            throw new Fault(FaultCode.Refused, "there are several of this name") { Where = $"{request.Name} in {archive.Address}", Why = string.Join(", ", there.Select(one => one.Key)), Left = "nothing was served", Next = "zstd -d KEY -o FILE # takes the one that you want out of the store by hand; age -d first where it is encrypted" };
        if (there.Count == 0) return false;
        Place(request.Path, (await archive.ReadAsync(there[0], token)).Bytes.Span);
        return true;
    }

    private async Task<bool> ServeSegmentAsync(IObjectStore store, WalArchive archive, WalFetchRequest request, FetchRule rule, FetchSpool? spool, ulong systemIdentifier, CancellationToken token)
    {
        var name = request.Name.Segment;
        if (rule.MayBeTail && spool?.KeptTail(request.Plan!.Tail!) is { } kept)
        {
            Place(request.Path, kept);
            return true;
        }
        // Sixteen names at a time, so that the next ones are seen with it.
        var listed = await archive.ListAsync($"{archive.Keys.Folder(name)}{$"{name}"[..^1]}", token);
        if (archive.Only(listed, name) is not { } found) return rule.MayBeTail && await ServeTailAsync(store, archive, request, spool, token);
        var begun = clock.GetTimestamp();
        var ready = spool?.SizeOf(found);
        using var pending = ready is null ? DurableFile.Create(Path.GetDirectoryName(request.Path)!) : null;
        var size = ready ?? await archive.CopyAsync(found, pending!.Stream, token);
        var took = clock.GetElapsedTime(begun);
        TimelineLimit? limit = null;
        if (request.Plan is { } plan) await RequirePlannedAsync(plan, archive, found, size, token);
        else if (request.MindsForks)
        {
            limit = await LimitAsync(store, archive, name.Timeline, systemIdentifier, token);
            if (limit is { } reached && name.Number(size) >= size.NumberAt(reached.At)) throw reached.WrittenTwice ? WrittenTwice(request, archive, reached.At) : PastFork(request, archive, reached.At);
        }
        if (pending is null) spool!.Serve(found, request.Path);
        // What recovery keeps it makes durable itself, and after a crash it asks again.
        else if (request.IsRecovery) pending.ReplaceUnsynced(request.Path);
        else pending.Replace(request.Path);
        if (spool is not null) await FetchAheadAsync(archive, request, [.. NextOf(listed, archive, request, size, limit?.At)], size, spool, took + took + LeastAhead, token);
        return true;
    }

    /// <summary>Where the timeline was left, or written twice, as any of the stores says: where two lost sight of each other, the history may have come to the other one alone. One that does not answer soon is not waited for.</summary>
    private async Task<TimelineLimit?> LimitAsync(IObjectStore serving, WalArchive archive, TimelineId timeline, ulong systemIdentifier, CancellationToken token)
    {
        var first = await KnownForks.FirstOfAsync(archive, timeline, token);
        using var late = new CancellationTokenSource(Soon, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(token, late.Token);
        foreach (var other in stores.Where(store => store != serving))
            try
            {
                if (await new Incarnations(other, IncarnationFolder.DefaultCluster).FindAsync(systemIdentifier, either.Token) is { } folder
                    && await KnownForks.FirstOfAsync(new WalArchive(other, new WalKeys(folder), encoding), timeline, either.Token) is { } end && (first is not { } before || end.At < before.At)) first = end;
            }
            catch (Exception away) when ((away is Fault or OperationCanceledException) && !token.IsCancellationRequested)
            {
                // The store that serves was asked: as many stores as there are would be as many that could hold recovery up.
            }
        return first;
    }

    /// <summary>Only where there is nothing better: a tail in the place of a segment that is there would end recovery in the middle.</summary>
    private async Task<bool> ServeTailAsync(IObjectStore store, WalArchive archive, WalFetchRequest request, FetchSpool? spool, CancellationToken token)
    {
        var (plan, name) = (request.Plan!, request.Name.Segment);
        var later = (await archive.ListAsync(archive.Keys.OfTimeline(name.Timeline), token)).FirstOrDefault(one => one.Object.Kind == WalObjectKind.Segment && one.Object.Segment.Number(plan.SegmentSize) > plan.Last);
        if (later is not null)
            throw new Fault(FaultCode.Refused, "only the beginning of this segment is in the store, and later ones are there whole") { Where = $"{name} in {archive.Address}", Why = $"{later.Key}: what lies between is missing", Left = "nothing was served", Next = "tidemark wal status # then plan to the end of what is whole" };
        if (await new TailReader(store, archive.Keys.Incarnation, encoding).ReadAsync(name, plan.Tail!, token) is not { } tail) return false;
        var padded = new byte[plan.SegmentSize.Bytes];
        tail.CopyTo(padded, 0);
        spool?.KeepTail(plan.Tail!, padded);
        Place(request.Path, padded);
        return true;
    }

    /// <summary>The segments that recovery asks for next: of the same timeline, one after another, and none behind a switch.</summary>
    private static IEnumerable<StoredWal> NextOf(IReadOnlyList<StoredWal> listed, WalArchive archive, WalFetchRequest request, WalSegmentSize size, Lsn? fork)
    {
        var most = (int)Math.Max(1, MostAhead / size.Bytes);
        for (var next = request.Name.Segment.Next(size); most > 0; next = next.Next(size), most--)
        {
            var (number, planned) = (next.Number(size), request.Plan);
            if (planned is not null && (number > planned.Last || planned.TimelineOf(number) != next.Timeline)) yield break;
            if (fork is { } left && number >= size.NumberAt(left)) yield break;
            // A conflict is told when its turn comes.
            if (listed.Where(one => one.Object.Kind == WalObjectKind.Segment && one.Object.Segment == next).ToList() is not [var only]) yield break;
            yield return only;
        }
    }

    private async Task FetchAheadAsync(WalArchive archive, WalFetchRequest request, IReadOnlyList<StoredWal> next, WalSegmentSize size, FetchSpool spool, TimeSpan most, CancellationToken token)
    {
        async ValueTask BringAsync(StoredWal one, CancellationToken stop)
        {
            using var whole = spool.Begin();
            await archive.CopyAsync(one, whole.Stream, stop);
            spool.Keep(one, whole);
        }
        using var late = new CancellationTokenSource(most, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(token, late.Token);
        try
        {
            if (next.Count == 0 || FreeSpace.Of(request.Path) / SpareFactor < next.Count * (long)size.Bytes) return;
            spool.SweepOthers();
            await Parallel.ForEachAsync(next.Where(one => spool.SizeOf(one) is null), new ParallelOptions { MaxDegreeOfParallelism = Math.Max(2, Environment.ProcessorCount), CancellationToken = either.Token }, BringAsync);
        }
        catch (Exception later) when (later is Fault or IOException or UnauthorizedAccessException or OperationCanceledException)
        {
            // The segment that was asked for is served. What did not come is fetched when it is asked for, and told then.
        }
    }

    /// <summary>Never a short file: it gets its name when it is whole and on the disk.</summary>
    private static void Place(string path, ReadOnlySpan<byte> bytes) => DurableFile.WriteWhole(path, bytes, replace: true);

    private static bool IsSameCluster(WalFetchRequest request, ulong systemIdentifier) => request.Plan is not { } plan || plan.SystemIdentifier == systemIdentifier;

    private static void RequireSameCluster(WalFetchRequest request, ulong systemIdentifier)
    {
        if (!IsSameCluster(request, systemIdentifier))
            throw new Fault(FaultCode.Refused, "the plan is of another cluster") { Where = request.Path, Why = $"it is of {request.Plan!.SystemIdentifier}; the server that asks is {systemIdentifier}", Left = "nothing was served", Next = "name the plan that was made for this server" };
    }

    private static async Task RequirePlannedAsync(WalPlan plan, WalArchive archive, StoredWal found, WalSegmentSize size, CancellationToken token)
    {
        var name = found.Object.Segment;
        if (size != plan.SegmentSize) throw new Fault(FaultCode.Refused, "the segment has another length than planned") { Where = $"{name}", Why = $"it has {size}, planned is {plan.SegmentSize}", Left = "nothing was served", Next = "make the plan anew" };
        // Once in a recovery: it is read a second time rather than every segment kept in memory.
        if (plan.Tail is { } tail && name.Number(size) == plan.Last && RawSegment.HashOf((await archive.ReadAsync(found, token)).Bytes.Span[..tail.Length]) != tail.Sha256)
            throw new Fault(FaultCode.Refused, "the complete segment contradicts its tail") { Where = $"{name}", Why = "it does not begin with what was shipped of it before: a machine was set back in time, or two wrote this timeline", Left = "nothing was served", Next = "tidemark wal status" };
    }

    private static Fault NothingOf(IObjectStore store, ulong systemIdentifier) => new(FaultCode.Store, "the store shows no WAL of this cluster at all")
    {
        Where = store.Address,
        Why = $"nothing there is of the system identifier {systemIdentifier}: another store is meant, it is not mounted, or nothing was archived yet",
        Left = "nothing was served",
        Next = "tidemark wal status",
    };

    private static Fault Missing(WalFetchRequest request) => new(FaultCode.NotFound, "a planned file is in no store")
    {
        Where = $"{request.Name}",
        Why = "the plan counts on it; without it recovery would end too early",
        Left = "nothing was served",
        Next = "tidemark wal status # then plan to a moment that can be reached",
    };

    private static Fault PastFork(WalFetchRequest request, WalArchive archive, Lsn left) => new(FaultCode.Refused, "this segment lies past a fork of its timeline")
    {
        Where = $"{request.Name} in {archive.Address}",
        Why = $"timeline {request.Name.Timeline.Value} was left at {left} for another; who goes on here replays what the cluster gave up",
        Left = "nothing was served",
        Next = $"add --timeline {request.Name.Timeline.Value} to restore_command if that is wanted; else set recovery_target_timeline = 'latest'",
    };

    private static Fault WrittenTwice(WalFetchRequest request, WalArchive archive, Lsn at) => new(FaultCode.Refused, "this segment lies where its timeline was written twice")
    {
        Where = $"{request.Name} in {archive.Address}",
        Why = $"a receiver saw that the server writes another history of timeline {request.Name.Timeline.Value} from {at} on than the one that is stored: it was set back in time, or two write it",
        Left = "nothing was served",
        Next = $"tidemark wal status # then add --timeline {request.Name.Timeline.Value} to restore_command if the history that is stored is the wanted one",
    };
}
