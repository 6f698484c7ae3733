using Tidemark.Files;
using Tidemark.Postgres.Wal;

namespace Tidemark.Wal.Receiving;

/// <summary>WAL that was received and is not in every store yet, in a folder of one cluster. One writer; its readers may run beside it.</summary>
/// <remarks>
/// <c>NAME.open</c> is the segment that is being written, <c>NAME</c> is complete and durable, <c>NAME.partial</c> was cut off by the end of its
/// timeline, <c>TTTTTTTT.history</c> is a timeline's history.
/// A segment that a killed receiver left open is kept as it lies: what the server was told to be durable may exist nowhere else.
/// It is received again from its start, and compared byte by byte.
/// </remarks>
internal sealed class WalSpool : IDisposable
{
    public const string OpenSuffix = ".open", PartialSuffix = ".partial";

    private readonly string folder;
    private readonly FileLock sole;
    private readonly Action<string> remark;
    private readonly Lock gate = new();
    private OpenSegment? open, left;

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

    /// <summary>The same, and after a connection was lost the one that it left unfinished: nobody writes it then, and it may hold the last that the server ever sent.</summary>
    public OpenSegment? Tail
    {
        get
        {
            lock (gate) return open ?? left;
        }
    }

    /// <summary>Bytes that its files take.</summary>
    public long Bytes => new DirectoryInfo(folder).EnumerateFiles().Sum(file => file.Exists ? file.Length : 0);

    /// <exception cref="Fault">11: another process receives into this folder.</exception>
    public static WalSpool Take(string folder, WalSegmentSize size, TimeProvider clock, Action<string> remark)
    {
        PrivateFolder.Ensure(folder);
        return new WalSpool(folder, size, FileLock.Acquire(Path.Combine(folder, "lock"), "the WAL spool", clock), remark);
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

    /// <summary>How far it goes; null: it is empty. Of an unfinished segment only its start counts.</summary>
    public WalPosition? End
    {
        get
        {
            var ends = Complete().Select(name => new WalPosition(name.Timeline, name.End(Size))).Concat(Unfinished().Select(name => new WalPosition(name.Timeline, name.Start(Size)))).ToList();
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
            if (open is not null) left = open;
            open?.Dispose();
            open = null;
        }
    }

    /// <summary>Nothing more of these segments will come: their timeline was left. All but the one that goes on.</summary>
    public void CutOff(WalSegmentName? goesOn)
    {
        foreach (var name in Unfinished().Where(name => name != goesOn))
        {
            using var file = GrowingFile.Open(PathOfOpen(name));
            file.Rename(name + PartialSuffix);
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
            left = null;
            return open = new OpenSegment(PathOfOpen(name), name, Size, aside => remark($"segment {name} was received before with other bytes; they lie in {aside} now"));
        }
    }

    private void Finish(OpenSegment segment)
    {
        segment.Finish();
        Leave();
        lock (gate) left = null;
    }
}
