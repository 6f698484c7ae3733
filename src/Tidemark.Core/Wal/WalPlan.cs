using System.Globalization;
using System.Text.Json;
using Tidemark.Files;
using Tidemark.Postgres.Wal;

namespace Tidemark.Wal;

/// <summary>Which WAL one recovery replays: from where to where, and exactly one timeline for each segment. What is not in it is not served.</summary>
/// <param name="SystemIdentifier">Of the cluster.</param>
/// <param name="SegmentSize">Of its segments.</param>
/// <param name="History">Of the timeline that recovery follows; its <c>recovery_target_timeline</c> must be that one.</param>
/// <param name="Start">Where replay begins: the redo place of the backup.</param>
/// <param name="End">The first byte that is not planned.</param>
/// <param name="Tail">Of the last segment, where that was not complete when the plan was made; null: it was.</param>
internal sealed record WalPlan(ulong SystemIdentifier, WalSegmentSize SegmentSize, TimelineHistory History, Lsn Start, Lsn End, PlannedTail? Tail)
{
    private const int Ours = 1, Largest = 1024 * 1024;

    /// <summary>The last segment of the plan, by its number.</summary>
    public ulong Last => SegmentSize.NumberBefore(End);

    /// <summary>The timeline whose segment of this number is replayed: that of its last planned byte, for a segment of a child begins with what the parent wrote.</summary>
    public TimelineId TimelineOf(ulong number)
    {
        var end = SegmentSize.StartOf(number) + (ulong)SegmentSize.Bytes;
        return History.At(new Lsn((end < End ? end : End).Value - 1));
    }

    public WalSegmentName NameOf(ulong number) => WalSegmentName.Of(TimelineOf(number), number, SegmentSize);

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(
        new WalPlanDocument
        {
            Format = Ours,
            SystemIdentifier = SystemIdentifier.ToString(CultureInfo.InvariantCulture),
            SegmentSize = SegmentSize.Bytes,
            Timeline = History.Timeline.Value,
            History = [.. History.Forks.Select(fork => new WalPlanFork { Timeline = fork.Parent.Value, End = $"{fork.End}" })],
            Start = $"{Start}",
            End = $"{End}",
            Tail = Tail is null ? null : new WalPlanTail { Length = Tail.Length, Sha256 = Tail.Sha256 },
        },
        WalJson.Default.WalPlanDocument);

    /// <summary>Of the file that a restore wrote.</summary>
    /// <exception cref="FormatException">It is no plan, or contradicts itself.</exception>
    /// <exception cref="Fault">8: it is not there, or not for us. 10: it is no regular file.</exception>
    public static WalPlan ReadFile(string path)
    {
        using var file = RegularFile.OpenForReading(path);
        if (file.Length > Largest) throw new FormatException($"it has more than {Largest} bytes");
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return Read(bytes);
    }

    /// <param name="bytes">As <see cref="Write"/> makes them.</param>
    /// <exception cref="FormatException">It is no plan, or contradicts itself.</exception>
    public static WalPlan Read(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Of(JsonSerializer.Deserialize(bytes, WalJson.Default.WalPlanDocument) ?? throw new FormatException("it is empty"));
        }
        catch (JsonException unreadable)
        {
            throw new FormatException(unreadable.Message, unreadable);
        }
    }

    private static WalPlan Of(WalPlanDocument document)
    {
        if (document.Format != Ours) throw new FormatException($"it is of format {document.Format}, and format {Ours} is known here");
        if (!ulong.TryParse(document.SystemIdentifier, NumberStyles.None, CultureInfo.InvariantCulture, out var identifier)) throw new FormatException("its system identifier is no number");
        if (!WalSegmentSize.IsOne(document.SegmentSize)) throw new FormatException($"segments have no {document.SegmentSize} bytes");
        var size = new WalSegmentSize(document.SegmentSize);
        // The checks of a history are those of the file that PostgreSQL writes.
        var lines = string.Join('\n', document.History.Select(fork => $"{fork.Timeline}\t{fork.End}\tplanned"));
        var history = document.Timeline > 0 ? TimelineHistory.Parse(new TimelineId(document.Timeline), System.Text.Encoding.UTF8.GetBytes(lines)) : throw new FormatException("timelines begin with 1");
        var (start, end) = (Lsn.Parse(document.Start), Lsn.Parse(document.End));
        if (start >= end) throw new FormatException($"it begins at {start} and ends at {end}");
        var tail = document.Tail is { } last ? new PlannedTail(last.Length, last.Sha256) : null;
        if (tail is not null && (tail.Length > size.Bytes || size.StartOf(size.NumberBefore(end)) + (ulong)Math.Max(tail.Length, 0) < end)) throw new FormatException($"a tail of {tail.Length} bytes does not reach from the start of the last segment to {end}");
        return new WalPlan(identifier, size, history, start, end, tail);
    }
}

/// <param name="Length">Bytes from the segment's start that are to be served; zeros follow.</param>
/// <param name="Sha256">Of them.</param>
internal sealed record PlannedTail(int Length, string Sha256);
