using Tidemark.Postgres.Wal;

namespace Tidemark.Tests.Support;

/// <summary>Records as lines to compare with another reader's: <c>0/16B9238 after 0/16B9200 Heap xid 743 54/54 1663/5/16384.0:3 image</c>.</summary>
internal static class WalLines
{
    private static readonly string[] Managers =
    [
        "XLOG", "Transaction", "Storage", "CLOG", "Database", "Tablespace", "MultiXact", "RelMap", "Standby", "Heap2", "Heap", "Btree", "Hash", "Gin", "Gist",
        "Sequence", "SPGist", "BRIN", "CommitTs", "ReplicationOrigin", "Generic", "LogicalMessage",
    ];

    /// <summary>The records of these segments in a row, each read in pieces of this many bytes; then, unless it could go on, why it ended.</summary>
    public static IEnumerable<string> Of(IEnumerable<byte[]> segments, int pieceBytes)
    {
        var reader = new WalRecordReader();
        var lines = new List<string>();
        foreach (var segment in segments)
        {
            for (var at = 0; at < segment.Length; at += pieceBytes)
            {
                reader.Feed(segment.AsMemory(at, Math.Min(pieceBytes, segment.Length - at)));
                while (reader.TryRead(out var record)) lines.Add(Of(record));
            }
        }
        if (reader.End is { } end) lines.Add(end.ToString());
        return lines;
    }

    public static string Of(in WalRecord record)
    {
        var images = 0;
        var blocks = "";
        foreach (var block in record.Blocks)
        {
            images += block.ImageBytes;
            blocks += $" {block.Tablespace}/{block.Database}/{block.Relation}.{block.Fork}:{block.Number}{(block.ImageBytes == 0 ? "" : block.Applied ? " image" : " check")}";
        }
        var time = WalTransactionEnd.Of(record) is { } end ? $" {(end.Committed ? "commit" : "abort")} {end.Time:yyyy-MM-dd HH:mm:ss.ffffff}" : "";
        var manager = record.Manager < Managers.Length ? Managers[record.Manager] : $"custom{record.Manager}";
        return $"{record.At} after {record.Previous} {manager} xid {record.Transaction} {record.Length - images}/{record.Length}{time}{blocks}";
    }
}
