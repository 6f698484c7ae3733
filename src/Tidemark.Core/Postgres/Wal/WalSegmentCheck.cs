namespace Tidemark.Postgres.Wal;

/// <summary>Reads the raw bytes of one segment as they pass, in pieces of any length, and says at the end whether they are what the name says.</summary>
/// <remarks>The header alone would not do: with <c>archive_mode=always</c> a standby was seen to hand over half a segment, padded with zeros, under its full name.</remarks>
/// <param name="name">As the file is called.</param>
/// <param name="systemIdentifier">Of the cluster it must be of; null: of any.</param>
internal sealed class WalSegmentCheck(WalSegmentName name, ulong? systemIdentifier)
{
    private readonly WalRecordReader reader = new();
    private readonly byte[] pending = new byte[WalRecordReader.FeedBytes];
    private readonly List<Lsn> breaks = [];
    private int filled;
    private long length, walked;
    private Lsn? older;

    /// <summary>What its header says; null until enough was read, or when it says nothing.</summary>
    public WalIdentity? Identity => reader.Identity;

    /// <summary>Records that say that <c>wal_level</c> is minimal from there on: no recovery gets past them.</summary>
    public IReadOnlyList<Lsn> Breaks => breaks;

    /// <summary>It breaks off within its last page, behind which no page can tell whether its file was an older segment's before.</summary>
    public bool BreaksInLastPage => reader.End is { } end && Identity is { } identity && end.At + (ulong)identity.PageBytes >= name.End(identity.SegmentSize);

    /// <summary>Its last record goes on in the segment behind it.</summary>
    public bool EndsWithinRecord => reader.End is null && reader.Position < reader.Start + (ulong)length;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        length += bytes.Length;
        while (!bytes.IsEmpty)
        {
            var part = bytes[..Math.Min(bytes.Length, pending.Length - filled)];
            part.CopyTo(pending.AsSpan(filled));
            filled += part.Length;
            bytes = bytes[part.Length..];
            if (filled < pending.Length) continue;
            filled = 0;
            Walk(pending);
        }
    }

    /// <summary>All of it, where nothing was appended before. It must not change meanwhile.</summary>
    public void AppendWhole(ReadOnlyMemory<byte> bytes)
    {
        for (; bytes.Length >= pending.Length; bytes = bytes[pending.Length..])
        {
            length += pending.Length;
            Walk(bytes[..pending.Length]);
        }
        Append(bytes.Span);
    }

    /// <summary>What follows, for the sake of a record that lies across the border: neither segment alone shows it. After <see cref="Finish"/>, which judges without it.</summary>
    /// <param name="next">The first <see cref="WalRecordReader.FeedBytes"/> of the next segment, or what its file holds by now.</param>
    public void LookBehind(ReadOnlyMemory<byte> next)
    {
        if (!EndsWithinRecord) return;
        reader.Feed(next);
        if (reader.TryRead(out var record) && WalLandmark.Of(record) is WalLandmark.Parameters { Minimal: true }) breaks.Add(record.At);
    }

    /// <summary>All was appended.</summary>
    public WalSegmentVerdict Finish()
    {
        if (Identity is not { } identity)
            return new(WalSegmentFlaw.NoSegment, length < pending.Length ? $"{name} has {length} bytes; the smallest segment has {WalSegmentSize.Smallest}" : $"{name} is no segment of a write-ahead log: {WhyNone}");
        if (systemIdentifier is { } expected && identity.SystemIdentifier != expected)
            return new(WalSegmentFlaw.OtherCluster, $"{name} is of the cluster with the system identifier {identity.SystemIdentifier}, not of {expected}");
        var size = identity.SegmentSize;
        if (length != size.Bytes) return new(WalSegmentFlaw.WrongLength, $"{name} has {length} bytes; its header says {size.Bytes}");
        if (!name.FitsIn(size) || reader.Start != name.Start(size))
            return new(WalSegmentFlaw.WrongName, $"{name} begins with the page of {reader.Start}, which belongs to {WalSegmentName.At(name.Timeline, reader.Start, size)}");
        if (reader.Timeline > name.Timeline) return new(WalSegmentFlaw.WrongName, $"{name} holds a page of timeline {reader.Timeline.Value}, which is later than its own");
        if (reader.End is not { } end) return default;
        // Servers use the files of old segments again: what was not overwritten is an older one's.
        if (older is { } left) return new(WalSegmentFlaw.Unfinished, $"{name} ends at {end.At}: what follows is of an older segment (a page of {left}) whose file it was before; it is half a segment under the name of a whole one");
        return end.Unwritten
            ? new(WalSegmentFlaw.Unfinished, $"{name} ends at {end.At}: zeros follow, and the server did not close it (no XLOG_SWITCH); it is half a segment under the name of a whole one")
            : new(WalSegmentFlaw.Broken, $"{name} cannot be replayed to its end: {end}");
    }

    private string WhyNone => reader.End?.Why is { Length: > 0 } why ? why : "nothing in it says so";

    private void Walk(ReadOnlyMemory<byte> part)
    {
        reader.Feed(part);
        while (reader.TryRead(out var record))
        {
            if (WalLandmark.Of(record) is WalLandmark.Parameters { Minimal: true }) breaks.Add(record.At);
        }
        if (reader.End is not null && Identity is { } identity) older ??= FindOlder(identity, part.Span);
        walked += part.Length;
    }

    /// <summary>The place that a page behind the break names, where that is an earlier segment's of the same shape: no finished segment has such a page.</summary>
    private Lsn? FindOlder(WalIdentity identity, ReadOnlySpan<byte> part)
    {
        for (var at = 0; at < part.Length; at += identity.PageBytes)
        {
            var (header, here) = (WalPageHeader.Read(part[at..]), reader.Start + (ulong)(walked + at));
            if (WalMagic.MajorOf(header.Magic) == identity.Major && header.Timeline > 0 && header.Address < here && identity.SegmentSize.OffsetOf(header.Address) == identity.SegmentSize.OffsetOf(here)) return header.Address;
        }
        return null;
    }
}
