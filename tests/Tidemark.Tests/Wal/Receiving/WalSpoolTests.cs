using Tidemark.Postgres.Wal;
using Tidemark.Tests.Support;
using Tidemark.Wal.Receiving;

namespace Tidemark.Tests.Wal.Receiving;

public sealed class WalSpoolTests : IDisposable
{
    private static readonly WalSegmentSize Size = new(1 << 20);
    private static readonly Lsn Start = Lsn.Parse("0/300000");
    private static readonly WalSegmentName First = WalSegmentName.At(TimelineId.First, Start, Size);

    private readonly TempFolder folder = new();
    private readonly List<string> remarks = [];

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Pieces_become_segments_and_a_piece_may_span_them()
    {
        var bytes = Random(2_500_000, seed: 1);
        using var spool = Take();
        var complete = new List<WalSegmentName>();
        foreach (var (from, to) in new[] { (0, 5), (5, 900_000), (900_000, 2_400_000), (2_400_000, 2_500_000) })
            complete.AddRange(spool.Write(TimelineId.First, Start + (ulong)from, bytes.AsSpan(from, to - from)));

        Assert.Equal([First, First.Next(Size)], complete);
        Assert.Equal(complete, spool.Complete());
        Assert.Equal(bytes[..(1 << 20)], File.ReadAllBytes(spool.PathOf(First)));
        Assert.Equal(bytes[(1 << 20)..(2 << 20)], File.ReadAllBytes(spool.PathOf(First.Next(Size))));
        Assert.Equal(bytes[(2 << 20)..], File.ReadAllBytes(spool.PathOfOpen(spool.Open!.Name)));
        Assert.Equal(spool.Open!.Start, spool.Open.Flushed);
        Assert.Equal(Start + 2_500_000, spool.Flush());
        Assert.Equal(Start + 2_500_000, spool.Open.Flushed);
    }

    [Fact]
    public void Nothing_begins_in_the_middle_of_a_segment_and_nothing_leaves_a_hole()
    {
        using var spool = Take();
        Assert.Contains("in the middle", Assert.Throws<Fault>(() => spool.Write(TimelineId.First, Start + 1, new byte[1])).What, StringComparison.Ordinal);
        spool.Write(TimelineId.First, Start, new byte[10]);
        Assert.Contains("was due", Assert.Throws<Fault>(() => spool.Write(TimelineId.First, Start + 11, new byte[1])).What, StringComparison.Ordinal);
        Assert.Contains("was due", Assert.Throws<Fault>(() => spool.Write(TimelineId.First, Start + 9, new byte[1])).What, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_received_before_is_compared_and_kept()
    {
        var bytes = Random(1 << 20, seed: 2);
        using (var killed = Take()) killed.Write(TimelineId.First, Start, bytes.AsSpan(0, 700_000));

        using var spool = Take();
        Assert.Equal([First], spool.Unfinished());
        spool.Write(TimelineId.First, Start, bytes.AsSpan(0, 400_000));
        Assert.Equal(700_000, new FileInfo(spool.PathOfOpen(First)).Length);
        Assert.Equal(Start + 400_000, spool.Flush());
        Assert.Equal([First], spool.Write(TimelineId.First, Start + 400_000, bytes.AsSpan(400_000)));
        Assert.Equal(bytes, File.ReadAllBytes(spool.PathOf(First)));
        Assert.Empty(spool.Unfinished());
        Assert.Empty(remarks);
    }

    [Fact]
    public void Other_bytes_than_before_are_set_aside_whole_and_told()
    {
        var (old, now) = (Random(700_000, seed: 3), Random(1 << 20, seed: 4));
        old.AsSpan(0, 500_000).CopyTo(now);
        using (var killed = Take()) killed.Write(TimelineId.First, Start, old);

        using var spool = Take();
        spool.Write(TimelineId.First, Start, now.AsSpan(0, 499_000));
        spool.Flush();
        var before = Assert.Single(spool.Tails());
        Assert.Equal(now[100..499_000], spool.Read(before, 100));
        Assert.Empty(remarks);
        spool.Write(TimelineId.First, Start + 499_000, now.AsSpan(499_000, 2000));
        // Another writing: who read the beginning of the one cannot read the end of the other. What was durable still is.
        Assert.Null(spool.Read(before, 100));
        Assert.Equal(499_000, Assert.Single(spool.Tails()).Length);
        spool.Write(TimelineId.First, Start + 501_000, now.AsSpan(501_000));

        var aside = spool.PathOfOpen(First) + ".aside-1";
        // Nothing takes it away: it does not count against the limit.
        Assert.Equal(1 << 20, spool.Bytes - new FileInfo(Path.Combine(folder.Path, "lock")).Length);
        Assert.Equal(old, File.ReadAllBytes(aside));
        Assert.Equal(now, File.ReadAllBytes(spool.PathOf(First)));
        Assert.Contains(aside, Assert.Single(remarks), StringComparison.Ordinal);
        Assert.Equal([First], spool.Complete());
    }

    [Fact]
    public void Histories_lie_beside_the_segments_and_two_receivers_do_not()
    {
        using var spool = Take();
        spool.WriteHistory(new TimelineId(11), "1\t0/3000000\tno recovery target specified\n"u8);
        spool.WriteHistory(new TimelineId(2), "1\t0/2000000\tno recovery target specified\n"u8);
        Assert.Equal([new TimelineId(2), new TimelineId(11)], spool.Histories());
        Assert.Empty(spool.Complete());
        Assert.Equal(11, Assert.Throws<Fault>(Take).Code.ExitCode);
        Assert.True(spool.Bytes > 80);
    }

    /// <summary>Bytes of no order, the same ones for the same seed.</summary>
    private static byte[] Random(int length, uint seed)
    {
        var bytes = new byte[length];
        for (var i = 0; i < length; i++) bytes[i] = (byte)((seed = (seed * 1_664_525) + 1_013_904_223) >> 24);
        return bytes;
    }

    private WalSpool Take() => WalSpool.Take(folder.Path, Size, TimeProvider.System, remarks.Add);
}
