using Tidemark.Postgres.Wal;

namespace Tidemark.Wal.Receiving;

/// <summary>How much of a file that a process left unfinished is WAL: after a power cut what lies behind its last whole record may be anything.</summary>
internal static class WholeRecords
{
    private const int AtOnce = 1 << 20;

    /// <returns>Bytes from the segment's start to the end of its last whole record; 0: there is none.</returns>
    public static int In(string path, Lsn start)
    {
        using var file = File.OpenRead(path);
        var reader = new WalRecordReader();
        for (var pages = new byte[AtOnce]; reader.End is null && file.ReadAtLeast(pages, AtOnce, throwOnEndOfStream: false) is var count and > 0;)
        {
            var whole = (count + WalRecordReader.FeedBytes - 1) / WalRecordReader.FeedBytes * WalRecordReader.FeedBytes;
            pages.AsSpan(count, whole - count).Clear();
            reader.Feed(pages.AsMemory(0, whole));
            while (reader.TryRead(out _))
            {
            }
            if (count < AtOnce) break;
        }
        return reader.Identity is null || reader.Start != start ? 0 : (int)Math.Min((ulong)file.Length, reader.Position - start);
    }
}
