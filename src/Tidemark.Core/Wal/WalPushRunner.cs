using System.Buffers;
using Tidemark.Files;
using Tidemark.Postgres.Wal;
using Tidemark.Storage;

namespace Tidemark.Wal;

/// <summary>What <c>archive_command</c> does: brings one file of the server into every store, and other segments that wait with it.</summary>
/// <param name="stores">All of them must have the file.</param>
/// <param name="encoding">How it is stored.</param>
/// <param name="state">Where it is noted what was stored ahead, and which stores were seen.</param>
/// <param name="clock">Notes go by it.</param>
/// <param name="remark">Told what a person should know in passing.</param>
internal sealed class WalPushRunner(IReadOnlyList<IObjectStore> stores, WalEncoding encoding, string state, TimeProvider clock, Action<string> remark)
{
    /// <summary>Enough to make up for starting the program; few enough that the server hears of its own segment soon.</summary>
    private const int MostAhead = 15;

    /// <summary>Bytes of raw segments in work at a time, unless one alone has more; each takes about twice its length in memory.</summary>
    private const long MostInWork = 128 << 20;

    private readonly IReadOnlyList<PushTarget> targets = [.. stores.Select(store => new PushTarget(store, encoding, new SeenStores(state, remark)))];

    /// <summary>Returns when every store has the file; until then it throws, and the server keeps it and asks again.</summary>
    /// <param name="path">Absolute.</param>
    /// <param name="name">As PostgreSQL calls it.</param>
    /// <param name="working">The working folder.</param>
    /// <param name="token">Stops between two steps: what was written is whole and true.</param>
    /// <exception cref="Fault">4, 5: the file, or a store holds another of this name. 8, 15: a store; the others may have it.</exception>
    public async Task<WalPushReport> RunAsync(string path, WalFileName name, string working, CancellationToken token)
    {
        var data = DataFolder.Around(path, working);
        var cluster = data is null ? (ulong?)null : DataFolder.SystemIdentifierOf(data);
        // By the file whose turn it is: others that wait may be of the timeline before.
        var from = new Origin(cluster, data is not null && DataFolder.IsStandby(data), name.Kind is WalObjectKind.Segment or WalObjectKind.Backup && ReadySegments.FollowOthers(path, name.Segment));
        if (name.Kind is WalObjectKind.History or WalObjectKind.Backup) return await PushNoteAsync(path, name, from, token);

        var notes = cluster is { } known && name.Kind == WalObjectKind.Segment ? new PushedNotes(state, known, [.. stores.Select(store => store.Address)], clock) : null;
        if (notes?.Take(path) == true) return new WalPushReport(name, WasThere: true, Ahead: 0);
        notes?.Sweep();

        var others = notes is null ? [] : ReadySegments.Beside(path, name.Segment, MostAhead).Where(other => !notes.Has(other)).ToList();
        using var room = new SemaphoreSlim(WorkersFor(path));
        using var going = CancellationTokenSource.CreateLinkedTokenSource(token);
        var own = PushAsync(path, name, from, room, token);
        var ahead = Task.WhenAll(others.Select(other => AheadAsync(other, from, notes!, room, going.Token)).ToList());
        try
        {
            await own;
        }
        catch
        {
            // A failure is told now, not after fifteen others.
            await going.CancelAsync();
            await ahead;
            throw;
        }
        return new WalPushReport(name, await own, (await ahead).Count(stored => stored));
    }

    /// <summary>False: it will be tried again when its turn comes, and told then.</summary>
    private async Task<bool> AheadAsync(string path, Origin from, PushedNotes notes, SemaphoreSlim room, CancellationToken token)
    {
        try
        {
            var name = WalFileName.Parse(Path.GetFileName(path))!;
            var mark = FileMark.Of(path);
            await PushAsync(path, name, from, room, token);
            if (mark is not { } read || FileMark.Of(path) != mark) return false;
            notes.Add(path, read);
            return true;
        }
        catch (Exception later) when (later is Fault or IOException or UnauthorizedAccessException or OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>True: every store had it.</summary>
    private async Task<bool> PushAsync(string path, WalFileName name, Origin from, SemaphoreSlim room, CancellationToken token)
    {
        await room.WaitAsync(token);
        try
        {
            return await Task.Run(async () =>
            {
                var file = SegmentFile.Read(path, name, from.Cluster, from.IsStandby);
                if (file.Doubt is { } doubt) remark($"warning: {doubt}; it is stored all the same");
                if (file.Segment.Breaks is [var first, ..]) remark($"warning: at {first}, in {name}, the server says wal_level=minimal: from there on changes are missing from its log, and no recovery gets past it; take a base backup of what is there now");
                byte[]? packed = null;
                var encoded = new Lazy<ReadOnlyMemory<byte>>(() => encoding.Encode(file.Segment.Bytes.Span, packed = ArrayPool<byte>.Shared.Rent(WalEncoding.RoomFor(file.Segment.Bytes.Length))));
                var wasThere = await ToEachAsync(name, async target =>
                {
                    var archive = await target.OpenAsync(file.SystemIdentifier, from.HasArchived, token);
                    if (name.Kind == WalObjectKind.Partial) return await archive.PutPartialAsync(file.Segment, () => encoded.Value, token);
                    await target.RequireTailAsync(archive, file.Segment, token);
                    return await archive.PutAsync(file.Segment, () => encoded.Value, token);
                });
                // Not where one failed: a store that was given up may still be reading from them.
                file.LetGo();
                if (packed is not null) ArrayPool<byte>.Shared.Return(packed);
                return wasThere;
            }, token);
        }
        finally
        {
            room.Release();
        }
    }

    private async Task<WalPushReport> PushNoteAsync(string path, WalFileName name, Origin from, CancellationToken token)
    {
        var cluster = from.Cluster ?? throw NoCluster(path);
        await using var file = RegularFile.OpenForReading(path);
        var bytes = await WholeObject.ReadAsync(file, WalArchive.LargestNote, token) ?? throw Unreadable(path, $"it has more than {WalArchive.LargestNote} bytes");
        if (name.Kind == WalObjectKind.History)
            try
            {
                TimelineHistory.Parse(name.Timeline, bytes);
            }
            catch (FormatException none)
            {
                throw Unreadable(path, none.Message);
            }
        return new WalPushReport(name, await ToEachAsync(name, async target => await (await target.OpenAsync(cluster, from.HasArchived, token)).PutNoteAsync(name, bytes, token)), Ahead: 0);
    }

    /// <summary>One store that fails keeps no other from getting it; the file is stored when all have it.</summary>
    /// <returns>True: every store had it already.</returns>
    private async Task<bool> ToEachAsync(WalFileName name, Func<PushTarget, Task<bool>> put)
    {
        var (wasThere, have, failed) = (true, new List<string>(), (Fault?)null);
        foreach (var target in targets)
            try
            {
                wasThere &= !await put(target);
                have.Add(target.Address);
            }
            catch (Fault fault)
            {
                failed ??= fault;
            }
        if (failed is null) return wasThere;
        if (have.Count == 0) throw failed;
        throw new Fault(failed.Code, failed.What, failed) { Where = failed.Where, Why = failed.Why, Left = $"{name} is in {string.Join(", ", have)}; the server keeps it and asks again until every store has it", Next = failed.Next };
    }

    private static int WorkersFor(string path)
    {
        var length = Math.Max(FileMark.Of(path)?.Length ?? 0, WalSegmentSize.Smallest);
        // One more than there are cores: while one waits for the disk, the cores have work.
        return (int)Math.Clamp(MostInWork / length, 1, Environment.ProcessorCount + 1);
    }

    private static Fault NoCluster(string path) => new(FaultCode.Configuration, "it is not known which cluster this file is of")
    {
        Where = path,
        Why = "it says nothing of that itself, and there is no global/pg_control beside its folder or in the working folder",
        Next = "run it in the data directory, as PostgreSQL does: cd \"$PGDATA\"",
    };

    private static Fault Unreadable(string path, string why) => new(FaultCode.Refused, "this is not the file that its name says") { Where = path, Why = why, Left = "it was not stored", Next = $"cat {path}" };

    /// <param name="Cluster">System identifier of the server; null: not known.</param>
    /// <param name="IsStandby">With <c>archive_mode=always</c> it hands over half segments.</param>
    /// <param name="HasArchived">Before, on the timeline of this file.</param>
    private sealed record Origin(ulong? Cluster, bool IsStandby, bool HasArchived);
}
