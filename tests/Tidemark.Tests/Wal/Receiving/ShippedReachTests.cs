using Tidemark.Postgres.Wal;
using Tidemark.Repositories;
using Tidemark.Storage.Memory;
using Tidemark.Wal;
using Tidemark.Wal.Receiving;

namespace Tidemark.Tests.Wal.Receiving;

public sealed class ShippedReachTests : IAsyncDisposable
{
    private readonly MemoryObjectStore store = new(TimeProvider.System);
    private readonly ShippedReach reach;

    public ShippedReachTests() => reach = new ShippedReach(store, new IncarnationFolder("default", 1, MadeWal.Cluster), TimeProvider.System);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => store.DisposeAsync();

    [Fact]
    public async Task Only_what_is_known_to_be_stored_is_claimed()
    {
        await reach.NoteAsync(At(1, 1000), null, Token);
        await reach.NoteAsync(At(1, 1000), Stored(1, 999), Token);
        await reach.NoteAsync(At(1, 1000), Stored(2, 5000), Token);
        Assert.Null(reach.Known);
        await reach.NoteAsync(At(1, 1000), Stored(1, 1000), Token);
        Assert.Equal(At(1, 1000), reach.Known);
        Assert.NotNull(await store.FindAsync("clusters/default/01-7300000000000000001/volatile/reach.json", Token));
    }

    /// <summary>What it had a moment ago is never stored yet; what it had a beat ago is.</summary>
    [Fact]
    public async Task Of_a_server_that_never_rests_the_moment_before_is_claimed()
    {
        await reach.NoteAsync(At(1, 1000), Stored(1, 900), Token);
        await reach.NoteAsync(At(1, 2000), Stored(1, 1900), Token);
        Assert.Equal(At(1, 1000), reach.Known);
        await reach.NoteAsync(At(1, 3000), Stored(1, 2900), Token);
        Assert.Equal(At(1, 2000), reach.Known);
        // Timeline 1 is not received any more: what waits for its end is given up.
        await reach.NoteAsync(At(2, 3500), Stored(1, 2950), Token);
        await reach.NoteAsync(At(2, 3600), Stored(2, 3500), Token);
        Assert.Equal(At(2, 3500), reach.Known);
    }

    private static WalReach At(uint timeline, ulong end) => new(new TimelineId(timeline), new Lsn(end), DateTimeOffset.UnixEpoch.AddSeconds(end));

    private static WalPosition Stored(uint timeline, ulong end) => new(new TimelineId(timeline), new Lsn(end));
}
