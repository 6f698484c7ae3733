using Tidemark.Postgres.Wal;

namespace Tidemark.Wal;

/// <summary>A name that PostgreSQL gives to archive_command or restore_command as <c>%f</c>.</summary>
/// <param name="Kind">What it is the name of.</param>
/// <param name="Segment">Of a history file, its timeline alone.</param>
/// <param name="Offset">Of a backup's note: eight digits; else empty.</param>
internal sealed record WalFileName(WalObjectKind Kind, WalSegmentName Segment, string Offset)
{
    public TimelineId Timeline => Segment.Timeline;

    /// <summary>Null: PostgreSQL archives and asks for no such file.</summary>
    public static WalFileName? Parse(string text)
    {
        var parts = text.Split('.');
        if (parts is [var timeline, "history"] && TimelineId.TryParse(timeline, out var history)) return new WalFileName(WalObjectKind.History, new WalSegmentName(history, 0, 0), "");
        if (!WalSegmentName.TryParse(parts[0], out var segment)) return null;
        return parts switch
        {
            [_] => new WalFileName(WalObjectKind.Segment, segment, ""),
            [_, "partial"] => new WalFileName(WalObjectKind.Partial, segment, ""),
            [_, { Length: 8 } offset, "backup"] when offset.All(c => char.IsAsciiHexDigitUpper(c)) => new WalFileName(WalObjectKind.Backup, segment, offset),
            _ => null,
        };
    }

    /// <summary>Where a note lies: a file that is stored as it is.</summary>
    public string NoteKey(WalKeys keys) => Kind == WalObjectKind.History ? keys.OfHistory(Timeline) : keys.OfBackup(Segment, Offset);

    public override string ToString() => Kind switch
    {
        WalObjectKind.History => Timeline.HistoryFileName,
        WalObjectKind.Partial => $"{Segment}.partial",
        WalObjectKind.Backup => $"{Segment}.{Offset}.backup",
        _ => $"{Segment}",
    };
}
