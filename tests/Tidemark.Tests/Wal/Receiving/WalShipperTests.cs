using Tidemark.Postgres.Wal;
using Tidemark.Repositories;
using Tidemark.Storage;
using Tidemark.Storage.Memory;
using Tidemark.Tests.Storage;
using Tidemark.Tests.Support;
using Tidemark.Wal;
using Tidemark.Wal.Receiving;

namespace Tidemark.Tests.Wal.Receiving;

public sealed class WalShipperTests : IAsyncDisposable
{
    private static readonly WalSegmentName First = MadeWal.Name(1, 5), Second = MadeWal.Name(1, 6);

    private readonly TempFolder folder = new();
    private readonly UnreliableStore store = new(new MemoryObjectStore(TimeProvider.System)), other = new(new MemoryObjectStore(TimeProvider.System));
    private readonly List<string> remarks = [];
    private readonly WalEncoding encoding = MadeWal.Plain();
    private WalSpool spool;

    public WalShipperTests() => spool = Take();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        spool.Dispose();
        encoding.Dispose();
        folder.Dispose();
        await store.DisposeAsync();
        await other.DisposeAsync();
    }

    [Fact]
    public async Task What_a_killed_receiver_left_unfinished_is_shipped_up_to_its_last_whole_record()
    {
        var bytes = MadeWal.Segment(First, closed: false);
        // As after a power cut: behind the record lies what was never written.
        bytes.AsSpan(64, 500).Fill(0xA5);
        await File.WriteAllBytesAsync(spool.PathOfOpen(First), bytes[..564], Token);
        spool.Dispose();
        spool = Take();
        Assert.Equal(First.Start(MadeWal.Size) + 64, spool.End!.Value.End);

        using var shipper = Shipper(store, 1);
        await shipper.FinishAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(bytes[..64], await TailAsync(First, bytes[..64]));
        Assert.Null(await TailAsync(First, bytes[..564]));
    }

    [Fact]
    public async Task Where_nothing_can_be_removed_segments_are_shipped_all_the_same()
    {
        using var shipper = Shipper(store, 1);
        store.Weather = (operation, _, _) => operation == "delete" ? Loss.Request : Loss.None;
        Write(First, MadeWal.Segment(First).AsSpan(0, 1000));
        await shipper.FinishAsync(TimeSpan.FromMinutes(1));
        Write(First, MadeWal.Segment(First).AsSpan(1000), 1000);
        Write(Second, MadeWal.Segment(Second));
        await shipper.FinishAsync(TimeSpan.FromMinutes(1));
        Assert.Null(shipper.Failure);
        Assert.Empty(spool.Complete());
        Assert.Equal([First, Second], await SegmentsAsync());
        Assert.Contains("cannot be removed", Assert.Single(remarks), StringComparison.Ordinal);

        store.Weather = (_, _, _) => Loss.None;
        Write(MadeWal.Name(1, 7), MadeWal.Segment(MadeWal.Name(1, 7)));
        await shipper.FinishAsync(TimeSpan.FromMinutes(1));
        Assert.Empty(await KeysAsync("volatile/tails/"));
    }

    [Fact]
    public async Task A_segment_that_is_not_what_its_beginning_in_the_store_says_is_not_stored()
    {
        using var shipper = Shipper(store, 1);
        Write(First, MadeWal.Segment(First).AsSpan(0, 1000));
        await shipper.FinishAsync(TimeSpan.FromMinutes(1));
        spool.Leave();
        File.Delete(spool.PathOfOpen(First));
        await File.WriteAllBytesAsync(spool.PathOf(First), MadeWal.Segment(First, mark: 2), Token);
        await shipper.FinishAsync(TimeSpan.FromMinutes(1));
        Assert.Contains("other bytes", shipper.Failure, StringComparison.Ordinal);
        Assert.Empty(await SegmentsAsync());
        Assert.True(File.Exists(spool.PathOf(First)));
        // Whoever reads there is told.
        Assert.Equal(First.Start(MadeWal.Size), await (await MadeWal.ArchiveAsync(store)).ConflictAsync(First.Timeline, Token));
    }

    [Fact]
    public async Task What_the_disk_made_of_a_segment_is_not_stored_as_one()
    {
        using var shipper = Shipper(store, 1);
        await File.WriteAllBytesAsync(spool.PathOf(First), MadeWal.Segment(First, closed: false), Token);
        await shipper.FinishAsync(TimeSpan.FromMinutes(1));
        Assert.Contains("not what its name says", shipper.Failure, StringComparison.Ordinal);
        Assert.Empty(await SegmentsAsync());
    }

    [Fact]
    public async Task A_segment_that_was_dropped_while_a_store_was_away_does_not_end_the_way_into_it()
    {
        Write(First, MadeWal.Segment(First));
        Write(Second, MadeWal.Segment(Second));
        using var shipper = Shipper(store, 1);
        // The other store's way removes the second while this one ships the first.
        store.Weather = (operation, key, _) =>
        {
            if (operation == "put" && key.Contains(First.ToString(), StringComparison.Ordinal)) File.Delete(spool.PathOf(Second));
            return Loss.None;
        };
        await shipper.FinishAsync(TimeSpan.FromMinutes(1));
        Assert.Null(shipper.Failure);
        Assert.Equal([First], await SegmentsAsync());
    }

    [Fact]
    public async Task A_store_that_fails_as_nobody_foresaw_is_told_and_asked_again()
    {
        using var shipper = Shipper(store, 1);
        Write(First, MadeWal.Segment(First));
        store.Weather = (_, _, _) => throw new InvalidOperationException("unforeseen");
        await shipper.FinishAsync(TimeSpan.FromMinutes(1));
        Assert.Contains("unforeseen", shipper.Failure, StringComparison.Ordinal);
        store.Weather = (_, _, _) => Loss.None;
        await shipper.FinishAsync(TimeSpan.FromMinutes(1));
        Assert.Null(shipper.Failure);
        Assert.Equal([First], await SegmentsAsync());
    }

    [Fact]
    public async Task A_file_that_comes_again_under_its_name_goes_to_both_stores_again()
    {
        var clearing = Clearing(2);
        using var one = Shipper(store, clearing);
        using var two = Shipper(other, clearing);
        for (var round = 0; round < 2; round++)
        {
            spool.WriteHistory(new TimelineId(2), "1\t0/2000000\tno recovery target specified\n"u8);
            await one.FinishAsync(TimeSpan.FromMinutes(1));
            await two.FinishAsync(TimeSpan.FromMinutes(1));
            Assert.Empty(spool.Histories());
        }
    }

    [Fact]
    public async Task The_beginning_of_what_a_promotion_cut_off_goes_when_that_is_in_the_store()
    {
        using var shipper = Shipper(store, 1);
        Write(First, MadeWal.Segment(First, closed: false).AsSpan(0, 1000));
        await shipper.FinishAsync(TimeSpan.FromMinutes(1));
        Assert.NotEmpty(await KeysAsync("volatile/tails/"));
        spool.Leave();
        spool.CutOff(null);
        Assert.Empty(spool.Tails());
        await shipper.FinishAsync(TimeSpan.FromMinutes(1));
        Assert.Empty(await KeysAsync("volatile/tails/"));
        Assert.Contains(".partial.", Assert.Single(await KeysAsync("wal/")), StringComparison.Ordinal);
    }

    private WalSpool Take() => WalSpool.Take(folder.Path, MadeWal.Size, TimeProvider.System, remarks.Add);

    private SpoolClearing Clearing(int stores) => new(spool, new SpoolRoom(() => 0, 1, new ReceiverState(), remarks.Add), stores, drops: false, remarks.Add);

    private WalShipper Shipper(IObjectStore to, int stores) => Shipper(to, Clearing(stores));

    private WalShipper Shipper(IObjectStore to, SpoolClearing clearing) => new(spool, to, MadeWal.Cluster, encoding, clearing, new ReceiverState(), TimeSpan.FromSeconds(1), TimeProvider.System, remarks.Add);

    private void Write(WalSegmentName name, ReadOnlySpan<byte> bytes, int from = 0)
    {
        spool.Write(name.Timeline, name.Start(MadeWal.Size) + (ulong)from, bytes);
        spool.Flush();
    }

    private async Task<IReadOnlyList<WalSegmentName>> SegmentsAsync()
    {
        var archive = await MadeWal.ArchiveAsync(store);
        return [.. (await archive.ListAsync(archive.Keys.All, Token)).Where(one => one.Object.Kind == WalObjectKind.Segment).Select(one => one.Object.Segment).Order(WalOrder.OfNames)];
    }

    private async Task<List<string>> KeysAsync(string under)
    {
        var keys = new List<string>();
        await foreach (var found in store.ListObjectsAsync($"clusters/default/01-{MadeWal.Cluster}/{under}", static _ => { }, Token)) keys.Add(found.Key);
        return keys;
    }

    private Task<byte[]?> TailAsync(WalSegmentName name, byte[] bytes) => new TailReader(store, new IncarnationFolder("default", 1, MadeWal.Cluster), encoding).ReadAsync(name, new PlannedTail(bytes.Length, RawSegment.HashOf(bytes)), Token);
}
