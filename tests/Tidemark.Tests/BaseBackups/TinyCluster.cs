using Tidemark.BaseBackups.Maps;
using Tidemark.Tests.Repositories.Packs;

namespace Tidemark.Tests.BaseBackups;

/// <summary>A data directory in memory, with everything that a map must be able to say.</summary>
internal sealed class TinyCluster
{
    /// <summary>By path; of a folder, null.</summary>
    public SortedDictionary<string, TinyFile> Things { get; } = new(Comparer<string>.Create(MapOrder.Compare));

    public static byte[] Control { get; } = MadePages.Of(8192, 99);

    /// <param name="largest">Bytes of its large file.</param>
    public static TinyCluster Make(int largest = 3_000_000)
    {
        var cluster = Small();
        for (var at = 0; at < 700; at++) cluster.Things[$"base/1/{1000 + at}"] = new TinyFile(MadePages.Of(8192 * (1 + (at % 3)), (ulong)at));
        cluster.Things["base/5/16384"] = new TinyFile(MadePages.Of(largest, 7));
        cluster.Things["base/5/16385"] = new TinyFile(MadePages.Of(700_001, 8));
        cluster.Things["base/5/16386"] = new TinyFile(MadePages.Of(1024 * 1024, 9));
        return cluster;
    }

    /// <summary>So small that repositories of it are kept for ever. It must not change.</summary>
    public static TinyCluster Golden()
    {
        var cluster = Small();
        for (var at = 0; at < 5; at++) cluster.Things[$"base/1/{1000 + at}"] = new TinyFile(MadePages.Of(8192, (ulong)at));
        // Large, and nearly nothing when it is packed.
        cluster.Things["base/5/16384"] = new TinyFile([.. Enumerable.Range(0, 3_000_000).Select(at => (byte)(at >> 13))]);
        return cluster;
    }

    private static TinyCluster Small()
    {
        var cluster = new TinyCluster();
        foreach (var folder in new[] { "base", "base/1", "base/5", "base-x", "global", "pg_tblspc", "pg_wal", "pg_xact" }) cluster.Things[folder] = new TinyFile(null, 0b111_000_000);
        cluster.Things["PG_VERSION"] = new TinyFile("17\n"u8.ToArray());
        cluster.Things["empty"] = new TinyFile([]);
        cluster.Things["base-x/ä \uDCFF €"] = new TinyFile("a name of no character\n"u8.ToArray(), 0b100_000_000);
        cluster.Things["pg_xact/0000"] = new TinyFile(MadePages.Of(8192, 10));
        cluster.Things["pg_tblspc/16390"] = new TinyFile(null, 0) { Target = "/srv/tables" };
        return cluster;
    }
}

/// <param name="Bytes">Null: it is a folder or a link.</param>
/// <param name="Mode">Permission bits.</param>
internal sealed record TinyFile(byte[]? Bytes, int Mode = 0b110_000_000)
{
    public const long Modified = 1_767_323_045_123_456;

    public string? Target { get; init; }
}
