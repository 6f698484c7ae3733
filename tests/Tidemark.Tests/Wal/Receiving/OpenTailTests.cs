using Tidemark.Postgres.Wal;
using Tidemark.Repositories;
using Tidemark.Storage.Memory;
using Tidemark.Tests.Support;
using Tidemark.Wal;
using Tidemark.Wal.Receiving;

namespace Tidemark.Tests.Wal.Receiving;

public sealed class OpenTailTests : IAsyncDisposable
{
    private static readonly Lsn Start = MadeWal.Name(1, 5).Start(MadeWal.Size);
    private static readonly IncarnationFolder Folder = new("default", 1, MadeWal.Cluster);

    private readonly TempFolder folder = new();
    private readonly MemoryObjectStore store = new(TimeProvider.System);
    private readonly WalEncoding encoding = MadeWal.Plain();
    private readonly byte[] bytes = new byte[MadeWal.Size.Bytes];

    public OpenTailTests()
    {
        for (var at = 0; at < bytes.Length; at++) bytes[at] = (byte)(at * 31 / 7);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        encoding.Dispose();
        folder.Dispose();
        await store.DisposeAsync();
    }

    /// <summary>It is received again from its start, and is for a moment shorter than what the store has.</summary>
    [Fact]
    public async Task A_segment_that_a_new_connection_begins_again_is_shipped_on_when_it_is_as_far_as_before()
    {
        using var tail = new OpenTail(store, Folder, encoding);
        using var spool = Take();
        Assert.True(await ShipAsync(spool, tail, 0, 5000));
        spool.Leave();
        Assert.False(await ShipAsync(spool, tail, 0, 3000));
        Assert.True(await ShipAsync(spool, tail, 3000, 5000));
        Assert.True(await ShipAsync(spool, tail, 5000, 6000));
        Assert.Equal(bytes[..6000], await ReadAsync(6000));
    }

    [Fact]
    public async Task Bytes_that_are_others_over_a_new_connection_are_not_put_behind_those_of_before()
    {
        using var tail = new OpenTail(store, Folder, encoding);
        using var spool = Take();
        Assert.True(await ShipAsync(spool, tail, 0, 5000));
        spool.Leave();
        bytes[4000]++;
        var fault = await Assert.ThrowsAsync<Fault>(() => ShipAsync(spool, tail, 0, 6000));
        Assert.Equal(10, fault.Code.ExitCode);
    }

    /// <summary>A server that dies takes its last moments with it: what of them is here goes to the stores all the same.</summary>
    [Fact]
    public async Task What_a_lost_connection_left_is_shipped_to_its_end()
    {
        using var tail = new OpenTail(store, Folder, encoding);
        using var spool = Take();
        Assert.True(await ShipAsync(spool, tail, 0, 5000));
        spool.Write(TimelineId.First, Start + 5000, bytes.AsSpan(5000, 700));
        spool.Flush();
        spool.Leave();
        Assert.Null(spool.Open);
        Assert.True(await ShipAsync(spool, tail));
        Assert.Equal(bytes[..5700], await ReadAsync(5700));
        // As a whole it is no tail any more.
        spool.Write(TimelineId.First, Start, bytes);
        Assert.Null(spool.Tail);
    }

    private WalSpool Take() => WalSpool.Take(folder.Path, MadeWal.Size, TimeProvider.System, _ => { });

    private async Task<bool> ShipAsync(WalSpool spool, OpenTail tail, int from, int to)
    {
        spool.Write(TimelineId.First, Start + (ulong)from, bytes.AsSpan(from, to - from));
        spool.Flush();
        return await ShipAsync(spool, tail);
    }

    private static Task<bool> ShipAsync(WalSpool spool, OpenTail tail) => tail.ShipAsync(spool.Tail!, spool.PathOfOpen(spool.Tail!.Name), (int)(spool.Tail.Flushed - Start), Token);

    private async Task<byte[]?> ReadAsync(int length) => await new TailReader(store, Folder, encoding).ReadAsync(MadeWal.Name(1, 5), new PlannedTail(length, RawSegment.HashOf(bytes.AsSpan(0, length))), Token);
}
