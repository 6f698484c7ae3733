using Tidemark.Files;
using Tidemark.Postgres.Wal;

namespace Tidemark.Wal.Receiving;

/// <summary>WAL that was received and is not in every store yet, in a folder of one cluster. One writer; its readers may run beside it.</summary>
/// <remarks>
/// <c>NAME.open</c> is the segment that is being written, <c>NAME</c> is complete and durable, <c>NAME.partial</c> was cut off by the end of its
/// timeline, <c>TTTTTTTT.history</c> is a timeline's history, <c>….aside-N</c> is what held other bytes than those that came later.
/// A segment that a killed receiver left open is kept as it lies: what the server was told to be durable may exist nowhere else.
/// It is received again from its start, and compared byte by byte.
/// </remarks>
internal sealed class WalSpool : IDisposable
{
    public const string OpenSuffix = ".open", PartialSuffix = ".partial", AsideMark = ".aside-";

    private readonly string folder;
    private readonly FileLock sole;
    private readonly Action<string> remark;
    private readonly Lock gate = new();
    private readonly Dictionary<WalSegmentName, SpooledTail> left = [];
    private OpenSegment? open;

    private WalSpool(string folder, WalSegmentSize size, FileLock sole, Action<string> remark) => (this.folder, Size, this.sole, this.remark) = (folder, size, sole, remark);

    public WalSegmentSize Size { get; }

    /// <summary>The segment that is being written; null before the first byte and between two.</summary>
    public OpenSegment? Open
    {
        get
        {
            lock (gate) return open;
        }
    }

    /// <summary>What is durable of segments that are not complete, the oldest first: of the open one, and of those that lost connections and killed processes left.</summary>
    public IReadOnlyList<SpooledTail> Tails()
    {
        lock (gate) return [.. left.Values.Append(open?.Tail).OfType<SpooledTail>().Where(tail => tail.Length > 0).OrderBy(tail => tail.Name, WalOrder.OfNames)];
    }

    /// <summary>The bytes of a tail from this place on. Null: it is one no more, for it was finished, cut off, or set aside.</summary>
    public byte[]? Read(SpooledTail tail, int from)
    {
        var bytes = new byte[tail.Length - from];
        try
        {
            using var file = File.OpenRead(PathOfOpen(tail.Name));
            file.Seek(from, SeekOrigin.Begin);
            file.ReadExactly(bytes);
        }
        catch (IOException) when (!IsThere(tail))
        {
            return null;
        }
        return IsThere(tail) ? bytes : null;
    }

    /// <summary>Bytes that its files take, without those that were set aside: nothing takes these away.</summary>
    public long Bytes => new DirectoryInfo(folder).EnumerateFiles().Where(file => !file.Name.Contains(AsideMark, StringComparison.Ordinal)).Sum(Length);

    /// <summary>As the segments in a spool say; null: none is there that says it.</summary>
    public static WalSegmentSize? SizeIn(string folder)
    {
        foreach (var path in Directory.EnumerateFiles(folder).Where(path => WalSegmentName.TryParse(Path.GetFileName(path).Split('.')[0], out _)))
        {
            var page = new byte[WalPageHeader.LongLength];
            using var file = File.OpenRead(path);
            if (file.ReadAtLeast(page, page.Length, throwOnEndOfStream: false) == page.Length && WalIdentity.Read(page, out _) is { } identity) return identity.SegmentSize;
        }
        return null;
    }

    /// <exception cref="Fault">11: another process receives into this folder. 15, 8: the disk.</exception>
    public static WalSpool Take(string folder, WalSegmentSize size, TimeProvider clock, Action<string> remark)
    {
        PrivateFolder.Ensure(folder);
        var spool = new WalSpool(folder, size, FileLock.Acquire(Path.Combine(folder, "lock"), "the WAL spool", clock), remark);
        try
        {
            spool.Settle();
            return spool;
        }
        catch
        {
            spool.Dispose();
            throw;
        }
    }

    /// <summary>Complete segments that are not in every store yet; the oldest first.</summary>
    public IReadOnlyList<WalSegmentName> Complete() => [.. Names("").Order(WalOrder.OfNames)];

    /// <summary>Histories that are not in every store yet.</summary>
    public IReadOnlyList<TimelineId> Histories() =>
        [.. Directory.EnumerateFiles(folder, "*.history").Select(path => TimelineId.TryParse(Path.GetFileNameWithoutExtension(path), out var timeline) ? timeline : default).Where(timeline => timeline.Value > 0).Order()];

    /// <summary>The segments that receivers left unfinished; the oldest first.</summary>
    public IReadOnlyList<WalSegmentName> Unfinished() => [.. Names(OpenSuffix).Order(WalOrder.OfNames)];

    /// <summary>The ends of timelines that were left, not in every store yet.</summary>
    public IReadOnlyList<WalSegmentName> Partials() => [.. Names(PartialSuffix).Order(WalOrder.OfNames)];

    /// <summary>How far it goes; null: it is empty.</summary>
    public WalPosition? End
    {
        get
        {
            // Also of an unfinished segment that begins with no record: where that begins.
            var ends = Complete().Select(name => new WalPosition(name.Timeline, name.End(Size))).Concat(Unfinished().Select(name => new WalPosition(name.Timeline, name.Start(Size)))).Concat(Tails().Select(tail => tail.Position)).ToList();
            return ends.Count == 0 ? null : ends.MaxBy(end => (end.Timeline, end.End));
        }
    }

    public string PathOf(WalSegmentName name) => Path.Combine(folder, name.ToString());

    public string PathOf(TimelineId timeline) => Path.Combine(folder, timeline.HistoryFileName);

    public string PathOfPartial(WalSegmentName name) => PathOf(name) + PartialSuffix;

    public string PathOfOpen(WalSegmentName name) => PathOf(name) + OpenSuffix;

    /// <summary>Takes what the server sent, in order: the first bytes begin a segment, each later piece begins where the last ended. May span segments.</summary>
    /// <returns>Segments that became complete, and durable, by it.</returns>
    /// <exception cref="Fault">1: a hole, or bytes that differ from those received before. 15, 8: the disk.</exception>
    public IReadOnlyList<WalSegmentName> Write(TimelineId timeline, Lsn at, ReadOnlySpan<byte> bytes)
    {
        List<WalSegmentName>? complete = null;
        while (bytes.Length > 0)
        {
            var segment = Current(timeline, at);
            var piece = bytes[..(int)Math.Min(bytes.Length, (long)(segment.Limit - at))];
            segment.Write(at, piece);
            at += (ulong)piece.Length;
            bytes = bytes[piece.Length..];
            if (at < segment.Limit) continue;
            Finish(segment);
            (complete ??= []).Add(segment.Name);
        }
        return complete ?? [];
    }

    /// <summary>Puts a history beside the segments, durably.</summary>
    public void WriteHistory(TimelineId timeline, ReadOnlySpan<byte> content)
    {
        using var file = GrowingFile.Open(PathOf(timeline) + OpenSuffix);
        file.Cut(0);
        file.Write(0, content);
        file.Rename(timeline.HistoryFileName);
    }

    /// <summary>What was received is durable when it returns; up to where. None: nothing is open.</summary>
    public Lsn Flush() => Open?.Flush() ?? Lsn.None;

    /// <summary>Lets the open segment lie as it is: the timeline ended in it, or the receiver ends.</summary>
    public void Leave()
    {
        lock (gate)
        {
            if (open is null) return;
            if (open.Tail is { } tail) left[tail.Name] = tail;
            open.Dispose();
            open = null;
        }
    }

    /// <summary>Nothing more of these segments will come: their timeline was left. All but the one that goes on.</summary>
    public void CutOff(WalSegmentName? goesOn)
    {
        foreach (var name in Unfinished().Where(name => name != goesOn))
        {
            lock (gate) left.Remove(name);
            using var file = GrowingFile.Open(PathOfOpen(name));
            file.Rename(File.Exists(PathOfPartial(name)) ? OpenSegment.AsideName(PathOfOpen(name)) : name + PartialSuffix);
        }
    }

    /// <summary>Of a file in it.</summary>
    public static void Remove(string path)
    {
        if (Posix.Unlink(path) != 0) throw FileFault.Last("remove from the WAL spool what is in the stores", path);
    }

    public void Dispose()
    {
        Leave();
        sole.Dispose();
    }

    private IEnumerable<WalSegmentName> Names(string suffix)
    {
        foreach (var path in Directory.EnumerateFiles(folder, "*" + suffix))
        {
            var name = Path.GetFileName(path);
            if (WalSegmentName.TryParse(name.AsSpan(0, name.Length - suffix.Length), out var parsed) && parsed.FitsIn(Size)) yield return parsed;
        }
    }

    private OpenSegment Current(TimelineId timeline, Lsn at)
    {
        lock (gate)
        {
            if (open is not null) return open;
            var name = WalSegmentName.At(timeline, at, Size);
            if (at != name.Start(Size)) throw new Fault(FaultCode.Failed, $"WAL was received from {at} on, in the middle of segment {name}") { Where = folder, Why = "a segment can only be received from its start", Left = "what was received before is still there", Next = "tidemark wal receive" };
            left.Remove(name, out var known);
            return open = new OpenSegment(PathOfOpen(name), name, Size, known, aside => remark($"segment {name} was received before with other bytes; they lie in {aside} now"));
        }
    }

    private void Finish(OpenSegment segment)
    {
        segment.Finish();
        Leave();
    }

    /// <summary>What a process left that was killed, or lost its power: names that are seen may not be durable yet, nor what is in files that it did not finish.</summary>
    private void Settle()
    {
        PrivateFolder.Sync(folder);
        foreach (var name in Unfinished())
        {
            var tail = new SpooledTail(name, name.Start(Size), WholeRecords.In(PathOfOpen(name), name.Start(Size)), 0);
            if (tail.Length == 0) continue;
            using (var file = GrowingFile.Open(PathOfOpen(name))) file.Sync();
            left[name] = tail;
        }
    }

    private bool IsThere(SpooledTail tail)
    {
        lock (gate) return (open is not null && open.Name == tail.Name ? open.Tail : left.GetValueOrDefault(tail.Name))?.Writing == tail.Writing;
    }

    /// <summary>Zero where it was shipped, and removed, since it was listed.</summary>
    private static long Length(FileInfo file)
    {
        try
        {
            return file.Length;
        }
        catch (FileNotFoundException)
        {
            return 0;
        }
    }
}
