using Tidemark.Codecs;
using Tidemark.Postgres.Wal;

namespace Tidemark.Tests.Support;

/// <summary>Two segments of 1 MiB that a server of this major wrote, the second closed by pg_switch_wal(), and what its own pg_waldump said of them.</summary>
/// <remarks>In them: tables, images of pages (plain and compressed), savepoints, prepared transactions, a record that crosses into the second segment, a restore point, full_page_writes turned off.</remarks>
internal sealed record WalSample(int Major, WalSegmentName First, ulong SystemIdentifier, byte[] Bytes, IReadOnlyList<string> Dump)
{
    public const int SegmentBytes = 1 << 20;

    public static WalSegmentSize Size { get; } = new(SegmentBytes);

    public static WalSample Of(int major)
    {
        var file = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Postgres/Wal/samples"), $"{major}-*.wal.gz").Single();
        Assert.True(WalSegmentName.TryParse(Path.GetFileName(file).AsSpan(3, WalSegmentName.Length), out var first));
        using var text = new StreamReader(Gzip.Decompress(File.OpenRead(file.Replace(".wal.", ".dump.", StringComparison.Ordinal))));
        using var raw = Gzip.Decompress(File.OpenRead(file));
        using var bytes = new MemoryStream();
        raw.CopyTo(bytes);
        // As the servers said when the samples were made (pg_control_system).
        var systemIdentifier = major == 13 ? 7711346072978597201UL : 7711346093302351463UL;
        return new WalSample(major, first, systemIdentifier, bytes.ToArray(), [.. text.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(WalDump.Normal)]);
    }

    /// <summary>A copy.</summary>
    /// <param name="index">0 or 1.</param>
    public byte[] Segment(int index) => Bytes.AsSpan(index * SegmentBytes, SegmentBytes).ToArray();
}
