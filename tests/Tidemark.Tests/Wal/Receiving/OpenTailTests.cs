using Tidemark.Postgres.Wal;
using Tidemark.Repositories;
using Tidemark.Storage.Memory;
using Tidemark.Tests.Storage;
using Tidemark.Tests.Support;
using Tidemark.Wal;
using Tidemark.Wal.Receiving;

namespace Tidemark.Tests.Wal.Receiving;

public sealed class OpenTailTests : IAsyncDisposable
{
    private static readonly WalSegmentName Name = MadeWal.Name(1, 5);
    private static readonly Lsn Start = Name.Start(MadeWal.Size);
    private static readonly IncarnationFolder Folder = new("default", 1, MadeWal.Cluster);

    private readonly TempFolder folder = new();
    private readonly UnreliableStore store = new(new MemoryObjectStore(TimeProvider.System));
    private readonly WalEncoding encoding = MadeWal.Plain();
    private readonly List<string> remarks = [];
    private readonly byte[] bytes = new byte[MadeWal.Size.Bytes];
    private readonly WalSpool spool;

    public OpenTailTests()
    {
        for (var at = 0; at < bytes.Length; at++) bytes[at] = (byte)(at * 31 / 7);
        spool = WalSpool.Take(folder.Path, MadeWal.Size, TimeProvider.System, remarks.Add);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        spool.Dispose();
        encoding.Dispose();
        folder.Dispose();
        await store.DisposeAsync();
    }

    /// <summary>It is received again from its start; what is durable of it stays so.</summary>
    [Fact]
    public async Task A_segment_that_a_new_connection_begins_again_is_shipped_on()
    {
        using var tail = Tail();
        Assert.Equal(5000, await ShipAsync(tail, 0, 5000));
        spool.Leave();
        Assert.Equal(5000, await ShipAsync(tail, 0, 3000));
        Assert.Equal(5000, await ShipAsync(tail, 3000, 5000));
        Assert.Equal(6000, await ShipAsync(tail, 5000, 6000));
        Assert.Equal(bytes[..6000], await ReadAsync(6000));
    }

    [Fact]
    public async Task Bytes_that_are_others_over_a_new_connection_are_not_put_behind_those_of_before()
    {
        using var tail = Tail();
        await ShipAsync(tail, 0, 5000);
        spool.Leave();
        bytes[4000]++;
        var fault = await Assert.ThrowsAsync<Fault>(() => ShipAsync(tail, 0, 6000));
        Assert.Equal(10, fault.Code.ExitCode);
    }

    /// <summary>A server that dies takes its last moments with it: what of them is here goes to the stores all the same.</summary>
    [Fact]
    public async Task What_a_lost_connection_left_is_shipped_to_its_end()
    {
        using var tail = Tail();
        await ShipAsync(tail, 0, 5000);
        spool.Write(TimelineId.First, Start + 5000, bytes.AsSpan(5000, 700));
        spool.Flush();
        spool.Leave();
        Assert.Null(spool.Open);
        Assert.Equal(5700, await ShipAsync(tail));
        Assert.Equal(bytes[..5700], await ReadAsync(5700));
        // As a whole it is no tail any more.
        spool.Write(TimelineId.First, Start, bytes);
        Assert.Empty(spool.Tails());
    }

    [Fact]
    public async Task A_server_that_has_less_than_the_store_is_told_when_it_has_no_more_to_send()
    {
        using (var before = Tail()) await ShipAsync(before, 0, 5000);
        spool.Leave();
        File.Delete(spool.PathOfOpen(Name));
        using var again = WalSpoolAnew();
        using var tail = new OpenTail(again, store, Folder, encoding, remarks.Add);
        again.Write(TimelineId.First, Start, bytes.AsSpan(0, 3000));
        again.Flush();
        var one = Assert.Single(again.Tails());
        Assert.Equal(0, await tail.ShipAsync(one, null, Token));
        Assert.Equal(0, await tail.ShipAsync(one, CaughtUp(1), Token));
        Assert.Equal(10, (await Assert.ThrowsAsync<Fault>(() => tail.ShipAsync(one, CaughtUp(2), Token))).Code.ExitCode);
    }

    [Fact]
    public async Task What_an_earlier_process_brought_is_not_brought_again()
    {
        using (var before = Tail()) await ShipAsync(before, 0, 5000);
        using var tail = Tail();
        var puts = store.Asked.Count(one => one.Operation == "put");
        Assert.Equal(5000, await ShipAsync(tail));
        Assert.Equal(puts, store.Asked.Count(one => one.Operation == "put"));
        Assert.Equal(6000, await ShipAsync(tail, 5000, 6000));
        Assert.Equal(bytes[..6000], await ReadAsync(6000));
    }

    [Fact]
    public async Task Pieces_go_when_a_later_one_holds_them_but_not_those_of_another_receiver()
    {
        using var other = new TailWriter(store, Folder, Name, encoding);
        await other.ShipAsync(from => bytes.AsMemory(from, 77 - from), Token);
        using var tail = Tail();
        for (var end = 100; end <= 6700; end += 100) await ShipAsync(tail, end - 100, end);
        var there = await new TailReader(store, Folder, encoding).ListAsync(Name, Token);
        Assert.Equal([77, 6500, 6600, 6700], there.Select(piece => piece.To).Order());
        await other.ShipAsync(from => bytes.AsMemory(from, 6800 - from), Token);
        Assert.Equal(bytes[..6800], await ReadAsync(6800));
    }

    [Fact]
    public async Task Where_nothing_can_be_removed_that_is_told_once_and_the_next_pieces_are_shipped()
    {
        store.Weather = (operation, _, _) => operation == "delete" ? Loss.Request : Loss.None;
        using var tail = Tail();
        for (var end = 100; end <= 13_000; end += 100) Assert.Equal(end, await ShipAsync(tail, end - 100, end));
        Assert.Contains("cannot be removed", Assert.Single(remarks), StringComparison.Ordinal);
        Assert.Equal(bytes[..13_000], await ReadAsync(13_000));
    }

    private static WalReach CaughtUp(int second) => new(TimelineId.First, Start + 3000, DateTimeOffset.UnixEpoch.AddSeconds(second));

    private OpenTail Tail() => new(spool, store, Folder, encoding, remarks.Add);

    private WalSpool WalSpoolAnew()
    {
        spool.Dispose();
        return WalSpool.Take(folder.Path, MadeWal.Size, TimeProvider.System, remarks.Add);
    }

    private async Task<int> ShipAsync(OpenTail tail, int from, int to)
    {
        spool.Write(TimelineId.First, Start + (ulong)from, bytes.AsSpan(from, to - from));
        spool.Flush();
        return await ShipAsync(tail);
    }

    private Task<int> ShipAsync(OpenTail tail) => tail.ShipAsync(Assert.Single(spool.Tails()), null, Token);

    private async Task<byte[]?> ReadAsync(int length) => await new TailReader(store, Folder, encoding).ReadAsync(Name, new PlannedTail(length, RawSegment.HashOf(bytes.AsSpan(0, length))), Token);
}
