using System.Buffers;
using Tidemark.Codecs;
using Tidemark.Postgres.Wal;
using Tidemark.Storage;

namespace Tidemark.Wal;

/// <summary>The WAL of one incarnation in one store. Nothing there is ever replaced.</summary>
internal sealed class WalArchive(IObjectStore store, WalKeys keys, WalEncoding encoding)
{
    /// <summary>Bytes of a file that is stored as it is: a thousand timelines take a tenth.</summary>
    public const int LargestNote = 1024 * 1024;

    /// <summary>Incompressible WAL grows a little by zstd and age.</summary>
    private const int LargestSegment = WalSegmentSize.Largest + (16 << 20);

    private static readonly byte[] Mark = "wal_level=minimal\n"u8.ToArray(), Twice = "written twice from here on\n"u8.ToArray();

    public WalKeys Keys => keys;

    public string Address => store.Address;

    /// <summary>Everything of WAL with a key that begins so.</summary>
    /// <exception cref="Fault">8: also where a part could not be looked at, so that what is not listed may be there.</exception>
    public async Task<IReadOnlyList<StoredWal>> ListAsync(string prefix, CancellationToken token)
    {
        var (found, unseen) = (new List<StoredWal>(), new List<string>());
        await foreach (var stored in store.ListObjectsAsync(prefix, unseen.Add, token))
            if (WalKeys.Parse(stored.Key) is { } one) found.Add(new StoredWal(stored.Key, stored.Size, one));
        return unseen.Count == 0 ? found : throw StoreFault.Unseen(store, prefix, unseen);
    }

    /// <summary>Null: there is none.</summary>
    /// <exception cref="Fault">5: there are several of this name.</exception>
    public async Task<StoredWal?> FindAsync(WalSegmentName name, CancellationToken token) => Only(await ListAsync(keys.OfSegment(name), token), name);

    /// <summary>Of a listing: the complete segment of this name.</summary>
    /// <exception cref="Fault">5: there are several.</exception>
    public StoredWal? Only(IEnumerable<StoredWal> listed, WalSegmentName name, string left = "nothing was changed")
    {
        var same = listed.Where(one => one.Object.Kind == WalObjectKind.Segment && one.Object.Segment == name).OrderBy(one => one.Key, StringComparer.Ordinal).ToList();
        return same.Count <= 1 ? same.FirstOrDefault() : throw Conflict(name, same, left);
    }

    /// <summary>False: the very same was there.</summary>
    /// <param name="segment">Complete.</param>
    /// <param name="encoded">It as <see cref="WalEncoding"/> makes it; asked for only when it must be written.</param>
    /// <param name="token">Cancels before the write.</param>
    /// <exception cref="Fault">5: another of this name is there, before or after. 8, 15: the store.</exception>
    public async Task<bool> PutAsync(RawSegment segment, Func<ReadOnlyMemory<byte>> encoded, CancellationToken token)
    {
        var key = keys.OfSegment(segment.Name, segment.Sha256);
        // Before the segment: who sees that sees these.
        foreach (var at in segment.Breaks) await PutNamedAsync(keys.OfBreak(segment.Name, (uint)(at.Value % (ulong)segment.Bytes.Length)), static () => Mark, token);
        if (await FindAsync(segment.Name, token) is { } there)
            return there.Key == key ? await SettledAsync(key, token) : throw Conflict(segment.Name, [there], $"what is there stays; the file with SHA-256 {segment.Sha256} was not stored");
        var written = await store.PutAsync(key, encoded(), PutMode.IfAbsent, token) || await SettledAsync(key, token);
        // Another writer may have been here between the look and the write: both see both.
        var after = Only(await ListAsync(keys.OfSegment(segment.Name), token), segment.Name, left: "both were written") ?? throw new Fault(FaultCode.Store, "the store does not list what it took") { Where = $"{key} in {Address}", Next = $"tidemark store check {Address}" };
        return after.Key == key ? written : throw Conflict(segment.Name, [after], $"the file with SHA-256 {segment.Sha256} was written, and is gone");
    }

    /// <summary>False: the very same was there.</summary>
    public Task<bool> PutPartialAsync(RawSegment segment, Func<ReadOnlyMemory<byte>> encoded, CancellationToken token) => PutNamedAsync(keys.OfPartial(segment.Name, segment.Sha256), encoded, token);

    /// <summary>A history file or a backup's note, as it is. False: the very same was there.</summary>
    /// <exception cref="Fault">5: what is there differs. 8, 15: the store.</exception>
    public async Task<bool> PutNoteAsync(WalFileName name, byte[] bytes, CancellationToken token)
    {
        var key = name.NoteKey(keys);
        if (await store.FindAsync(key, token) is null && await store.PutAsync(key, bytes, PutMode.IfAbsent, token)) return true;
        var there = await ReadNoteAsync(name, token);
        if (there is not null && there.AsSpan().SequenceEqual(bytes)) return await SettledAsync(key, token);
        throw new Fault(FaultCode.Refused, "the store holds another file of this name")
        {
            Where = $"{key} in {Address}",
            Why = name.Kind == WalObjectKind.History ? $"two servers made timeline {name.Timeline} from this cluster, each without knowing of the other" : "two backups have the same name",
            Left = "what is there stays; the new file was not stored",
            Next = $"tidemark wal fetch {name} /tmp/{name} # shows what is there; the server that is not to go on needs another store",
        };
    }

    /// <summary>Tells all who read here that the server writes another history under this timeline's name than the one that is stored. Once is enough.</summary>
    public async Task MarkConflictAsync(TimelineId timeline, Lsn at, CancellationToken token)
    {
        if (await ConflictAsync(timeline, token) is { } known && known <= at) return;
        await PutNamedAsync(keys.OfConflict(timeline, at), static () => Twice, token);
    }

    /// <summary>From where on this timeline was written twice, as such a mark says; null: there is none.</summary>
    public async Task<Lsn?> ConflictAsync(TimelineId timeline, CancellationToken token)
    {
        var marks = (await ListAsync(keys.OfMarks(timeline), token)).Where(one => one.Object.Kind == WalObjectKind.Conflict).Select(one => one.Object.Place).ToList();
        return marks.Count == 0 ? null : marks.Min();
    }

    /// <summary>Null: there is none.</summary>
    public async Task<byte[]?> ReadNoteAsync(WalFileName name, CancellationToken token)
    {
        var key = name.NoteKey(keys);
        if (await store.FindAsync(key, token) is null) return null;
        return await WholeObject.ReadAsync(store, key, LargestNote, token) ?? throw StoreFault.TooLarge(store, key, LargestNote);
    }

    /// <summary>Whole, and compared with the hash in its name.</summary>
    /// <exception cref="Fault">9: nothing configured opens it. 10: it is not what its name says. 8: the store.</exception>
    public async Task<RawSegment> ReadAsync(StoredWal one, CancellationToken token)
    {
        var raw = new MemoryStream(WalSegmentSize.Default.Bytes);
        await CopyAsync(one, raw, token);
        return new RawSegment(one.Object.Segment, raw.GetBuffer().AsMemory(0, (int)raw.Length), one.Object.Mark);
    }

    /// <summary>As <see cref="ReadAsync"/>, piece by piece into a file. What was written counts only when this returns.</summary>
    /// <returns>Its length.</returns>
    public async Task<WalSegmentSize> CopyAsync(StoredWal one, Stream to, CancellationToken token)
    {
        var where = $"{one.Key} in {Address}";
        var size = (int)Math.Min(one.Size, LargestSegment);
        var memory = ArrayPool<byte>.Shared.Rent(size);
        var stored = await WholeObject.ReadAsync(store, one.Key, memory.AsMemory(0, size), token) ?? throw StoreFault.TooLarge(store, one.Key, size);
        using var raw = new HashingStream(to);
        await encoding.DecodeAsync(new ArraySegment<byte>(memory, 0, stored), where, raw, token);
        // Not where something failed: a store that was let go may still write into it.
        ArrayPool<byte>.Shared.Return(memory);
        var hash = raw.Hex();
        return hash == one.Object.Mark && WalSegmentSize.IsOne(raw.Moved) ? new WalSegmentSize((int)raw.Moved)
            : throw new Fault(FaultCode.Verification, "a segment in the store is not what its name says") { Where = where, Why = $"it holds {raw.Moved} bytes with SHA-256 {hash}", Next = "tidemark wal status" };
    }

    private async Task<bool> PutNamedAsync(string key, Func<ReadOnlyMemory<byte>> encoded, CancellationToken token) =>
        (await store.FindAsync(key, token) is null && await store.PutAsync(key, encoded(), PutMode.IfAbsent, token)) || await SettledAsync(key, token);

    /// <summary>False, for what was there: whoever wrote it may not have come to its end.</summary>
    private async Task<bool> SettledAsync(string key, CancellationToken token)
    {
        await store.SettleAsync(key, token);
        return false;
    }

    private Fault Conflict(WalSegmentName name, IReadOnlyList<StoredWal> there, string left) => new(FaultCode.Refused, "the store holds another segment of this name")
    {
        Where = $"{name} in {Address}",
        Why = $"{string.Join(", ", there.Select(one => one.Key))}: two servers wrote this timeline, or one was set back in time",
        Left = left,
        Next = "tidemark wal status # then remove the object that is not of your server; until then nothing from here on can be recovered",
    };
}
