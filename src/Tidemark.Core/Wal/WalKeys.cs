using System.Buffers;
using System.Globalization;
using Tidemark.Postgres.Wal;
using Tidemark.Repositories;

namespace Tidemark.Wal;

/// <summary>The keys of one incarnation's WAL, written and read. What a segment holds is named by its SHA-256, so two different ones of a name lie side by side and are seen.</summary>
/// <remarks>
/// <c>wal/TIMELINE/LOG/SEGMENT.SHA256</c> a complete segment · <c>wal/TIMELINE/LOG/SEGMENT.partial.SHA256</c> what a promotion cut off ·
/// <c>wal/TIMELINE/LOG/SEGMENT.OFFSET.backup</c> and <c>wal/TIMELINE.history</c> as PostgreSQL wrote them ·
/// <c>wal/TIMELINE/LOG/SEGMENT.OFFSET.minimal</c> a mark: there the segment says that changes are missing from the log.
/// <c>wal/TIMELINE.LSN.conflict</c> a mark: from this place on (sixteen digits) the timeline was written twice.
/// TIMELINE and LOG are the first and the middle eight digits of the segment's name; SHA256 is of the raw bytes, 64 lower-case digits.
/// </remarks>
internal sealed class WalKeys(IncarnationFolder incarnation)
{
    private const string Wal = "wal/", History = ".history", Partial = "partial", Backup = "backup", Minimal = "minimal", Conflict = "conflict";

    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef"), UpperHex = SearchValues.Create("0123456789ABCDEF");

    public IncarnationFolder Incarnation => incarnation;

    /// <summary>Begins every key of WAL.</summary>
    public string All => $"{incarnation.Key}{Wal}";

    /// <summary>Begins the keys of this timeline's segments, and of nothing else.</summary>
    public string OfTimeline(TimelineId timeline) => $"{All}{timeline}/";

    /// <summary>Begins the keys of all that bears this segment's name.</summary>
    public string OfSegment(WalSegmentName name) => $"{Folder(name)}{name}.";

    /// <summary>Begins the keys of the segments with these first sixteen digits.</summary>
    public string Folder(WalSegmentName name) => $"{OfTimeline(name.Timeline)}{name.Log:X8}/";

    public string OfSegment(WalSegmentName name, string sha256) => $"{OfSegment(name)}{sha256}";

    public string OfPartial(WalSegmentName name, string sha256) => $"{OfSegment(name)}{Partial}.{sha256}";

    /// <param name="name">The segment in which the backup began.</param>
    /// <param name="offset">Eight digits, as PostgreSQL names it.</param>
    public string OfBackup(WalSegmentName name, string offset) => $"{OfSegment(name)}{offset}.{Backup}";

    /// <param name="name">The segment in which the record begins.</param>
    /// <param name="offset">Bytes from the segment's start.</param>
    public string OfBreak(WalSegmentName name, uint offset) => $"{OfSegment(name)}{offset:X8}.{Minimal}";

    public string OfHistory(TimelineId timeline) => $"{All}{timeline}{History}";

    /// <summary>Begins the keys of the marks of this timeline, and its history's.</summary>
    public string OfMarks(TimelineId timeline) => $"{All}{timeline}.";

    public string OfConflict(TimelineId timeline, Lsn at) => $"{OfMarks(timeline)}{at.Value:X16}.{Conflict}";

    /// <summary>Null: it is no key of WAL, of any incarnation.</summary>
    public static WalObject? Parse(string key)
    {
        if (IncarnationFolder.Of(key, out var rest) is not { } folder || !rest.StartsWith(Wal, StringComparison.Ordinal)) return null;
        var name = rest[(rest.LastIndexOf('/') + 1)..];
        return Read(folder, name) is { } read && new WalKeys(folder).Of(read) == key ? read : null;
    }

    private static WalObject? Read(IncarnationFolder folder, string name)
    {
        if (name.EndsWith(History, StringComparison.Ordinal))
            return TimelineId.TryParse(name.AsSpan(..^History.Length), out var timeline) ? new WalObject(folder, WalObjectKind.History, new WalSegmentName(timeline, 0, 0), "") : null;
        var parts = name.Split('.');
        if (parts is [var written, { Length: 16 } at, Conflict]) return TimelineId.TryParse(written, out var twice) && IsHex(at) ? new WalObject(folder, WalObjectKind.Conflict, new WalSegmentName(twice, 0, 0), at) : null;
        if (!WalSegmentName.TryParse(parts[0], out var segment)) return null;
        return parts switch
        {
            [_, var hash] when IsHash(hash) => new WalObject(folder, WalObjectKind.Segment, segment, hash),
            [_, Partial, var hash] when IsHash(hash) => new WalObject(folder, WalObjectKind.Partial, segment, hash),
            [_, var offset, Backup] when IsOffset(offset) => new WalObject(folder, WalObjectKind.Backup, segment, offset),
            [_, var offset, Minimal] when IsOffset(offset) => new WalObject(folder, WalObjectKind.Break, segment, offset),
            _ => null,
        };
    }

    private static bool IsHash(string text) => text.Length == 64 && !text.AsSpan().ContainsAnyExcept(LowerHex);

    private static bool IsOffset(string text) => text.Length == 8 && IsHex(text);

    private static bool IsHex(string text) => !text.AsSpan().ContainsAnyExcept(UpperHex);

    private string Of(WalObject one) => one.Kind switch
    {
        WalObjectKind.Segment => OfSegment(one.Segment, one.Mark),
        WalObjectKind.Partial => OfPartial(one.Segment, one.Mark),
        WalObjectKind.Backup => OfBackup(one.Segment, one.Mark),
        WalObjectKind.Break => $"{OfSegment(one.Segment)}{one.Mark}.{Minimal}",
        WalObjectKind.Conflict => $"{OfMarks(one.Segment.Timeline)}{one.Mark}.{Conflict}",
        _ => OfHistory(one.Segment.Timeline),
    };
}

/// <summary>What a key of WAL says.</summary>
/// <param name="Incarnation">Whose.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Segment">Of a history file and of a conflict, its timeline alone.</param>
/// <param name="Mark">The SHA-256 of the raw bytes (segment, partial), the offset (backup, break), the place (conflict), or empty (history).</param>
internal sealed record WalObject(IncarnationFolder Incarnation, WalObjectKind Kind, WalSegmentName Segment, string Mark)
{
    /// <summary>Of a conflict.</summary>
    public Lsn Place => new(ulong.Parse(Mark, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
}

internal enum WalObjectKind
{
    /// <summary>A complete one.</summary>
    Segment,

    /// <summary>The last of a timeline, as far as it was written when that was left. PostgreSQL never asks for it.</summary>
    Partial,

    /// <summary>PostgreSQL's note that a backup was taken.</summary>
    Backup,

    /// <summary>From which timelines one came.</summary>
    History,

    /// <summary>A mark of ours: <c>wal_level</c> was minimal from there on, and no recovery gets past it.</summary>
    Break,

    /// <summary>A mark of ours: from there on the timeline was written twice, and only one of the two is stored, or neither is to be trusted.</summary>
    Conflict,
}
