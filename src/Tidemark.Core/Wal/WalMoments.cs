using Tidemark.Postgres.Wal;

namespace Tidemark.Wal;

/// <summary>From when to when every commit lies in a stretch of the log, by the server's clock: its first commit and its last.</summary>
/// <param name="First">Null: none was found in the first segments.</param>
/// <param name="Last">Null: none was found in the last segments.</param>
internal sealed record WalMoments(DateTimeOffset? First, DateTimeOffset? Last)
{
    /// <summary>An idle server closes segments without a commit in them; beyond these nothing is looked for.</summary>
    private const int MostSegments = 4;

    /// <param name="range">Of one timeline.</param>
    /// <param name="size">Of its segments.</param>
    /// <param name="open">The raw bytes of a segment, or of the tail of one.</param>
    public static async Task<WalMoments> ReadAsync(WalRange range, WalSegmentSize size, Func<WalSegmentName, Task<ReadOnlyMemory<byte>>> open)
    {
        var read = new Dictionary<WalSegmentName, (DateTimeOffset? First, DateTimeOffset? Last)>();
        DateTimeOffset? first = null, last = null;
        for (var (name, count) = (range.First, 0); first is null && count < MostSegments && name.Number(size) <= range.Last.Number(size); count++, name = name.Next(size))
            first = (await OfAsync(name)).First;
        for (var (number, count) = (range.Last.Number(size), 0); last is null && count < MostSegments && number >= range.First.Number(size); count++, number--)
            last = (await OfAsync(WalSegmentName.Of(range.Last.Timeline, number, size))).Last;
        return new WalMoments(first, last);

        async Task<(DateTimeOffset? First, DateTimeOffset? Last)> OfAsync(WalSegmentName name)
        {
            if (!read.TryGetValue(name, out var times)) read.Add(name, times = In(await open(name), range));
            return times;
        }
    }

    /// <summary>Of the commits in the beginning of a segment, as far as it belongs to the stretch. One that began in the segment before does not count.</summary>
    private static (DateTimeOffset? First, DateTimeOffset? Last) In(ReadOnlyMemory<byte> bytes, WalRange range)
    {
        DateTimeOffset? first = null, last = null;
        var reader = new WalRecordReader();
        var whole = bytes.Length / WalRecordReader.FeedBytes * WalRecordReader.FeedBytes;
        Walk(bytes[..whole]);
        if (whole < bytes.Length)
        {
            // A tail may end anywhere; what it lacks is as unwritten as zeros.
            var rest = new byte[WalRecordReader.FeedBytes];
            bytes[whole..].CopyTo(rest);
            Walk(rest);
        }
        return (first, last);

        void Walk(ReadOnlyMemory<byte> pages)
        {
            reader.Feed(pages);
            while (reader.TryRead(out var record))
            {
                if (record.At < range.Start || record.At >= range.End || WalTransactionEnd.Of(record) is not { Committed: true } commit) continue;
                first ??= commit.Time;
                last = commit.Time;
            }
        }
    }
}
