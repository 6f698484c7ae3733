using System.Text;
using Tidemark.Postgres.Wal;
using Tidemark.Repositories;
using Tidemark.Storage;
using Tidemark.Storage.Memory;
using Tidemark.Tests.Support;
using Tidemark.Wal;
using Tidemark.Wal.Receiving;

namespace Tidemark.Tests.Wal;

public sealed class WalReachReaderTests : IAsyncDisposable
{
    private readonly SteppedClock clock = new();
    private readonly MemoryObjectStore store = new(TimeProvider.System);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => store.DisposeAsync();

    [Fact]
    public async Task The_note_of_the_life_that_began_last_is_read()
    {
        Assert.Equal((null, null, null), Parts(await ReadAsync()));
        var first = await BeginAsync(7571);
        await NoteAsync(first, Reach(0x1000, 0));
        Assert.Equal((first, Reach(0x1000, 0), null), Parts(await ReadAsync()));
        // After pg_upgrade what was noted before is of another cluster.
        var second = await BeginAsync(7572);
        Assert.Equal((second, null, null), Parts(await ReadAsync()));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("""{ "timeline": "x", "lsn": "0/1", "at": "2026-11-23T00:00:00Z" }""")]
    public async Task A_note_that_cannot_be_read_is_a_reason_and_no_reach(string text)
    {
        var life = await BeginAsync(7571);
        await store.PutAsync(WalReachNote.KeyIn(life), Encoding.UTF8.GetBytes(text), PutMode.Replace, Token);
        var found = await ReadAsync();
        Assert.Null(found.Reach);
        Assert.Contains("the note of up to when every commit is there cannot be read", found.Failure, StringComparison.Ordinal);
    }

    /// <summary>Where nothing is written the moment goes on at each beat, and the store is told of it once a minute.</summary>
    [Fact]
    public async Task A_receiver_knows_at_each_beat_what_it_notes_at_each_change_and_once_a_minute()
    {
        var life = await BeginAsync(7571);
        var reach = new ShippedReach(store, life, clock);
        await reach.NoteAsync(Reach(0x1000, 0), Stored(0x0FFF), Token);
        Assert.Null(reach.Known);
        await reach.NoteAsync(Reach(0x1000, 0), Stored(0x1000), Token);
        Assert.Equal(Reach(0x1000, 0), (await ReadAsync()).Reach);

        clock.Step(TimeSpan.FromSeconds(59));
        await reach.NoteAsync(Reach(0x1000, 59), Stored(0x1000), Token);
        Assert.Equal((Reach(0x1000, 59), Reach(0x1000, 0)), (reach.Known, (await ReadAsync()).Reach));
        clock.Step(TimeSpan.FromSeconds(1));
        await reach.NoteAsync(Reach(0x1000, 60), Stored(0x1000), Token);
        Assert.Equal(Reach(0x1000, 60), (await ReadAsync()).Reach);
        await reach.NoteAsync(Reach(0x2000, 61), Stored(0x2000), Token);
        Assert.Equal(Reach(0x2000, 61), (await ReadAsync()).Reach);
        // A receiver that was cut off has not caught up with anything since.
        await reach.NoteAsync(null, Stored(0x3000), Token);
        Assert.Equal(Reach(0x2000, 61), reach.Known);
    }

    private static (IncarnationFolder? Life, WalReach? Reach, string? Failure) Parts(StoreReach one) => (one.Incarnation, one.Reach, one.Failure);

    private static WalReach Reach(ulong end, int second) => new(new TimelineId(1), new Lsn(end), DateTimeOffset.UnixEpoch.AddSeconds(second));

    private static WalPosition Stored(ulong end) => new(new TimelineId(1), new Lsn(end));

    private Task<IncarnationFolder> BeginAsync(ulong system) => new Incarnations(store, IncarnationFolder.DefaultCluster).EnsureAsync(system, Token);

    private Task NoteAsync(IncarnationFolder life, WalReach reach) => new ShippedReach(store, life, clock).NoteAsync(reach, new WalPosition(reach.Timeline, reach.End), Token);

    private async Task<StoreReach> ReadAsync() => Assert.Single(await WalReachReader.ReadEachAsync([store], Token));
}
