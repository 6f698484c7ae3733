using Tidemark.BaseBackups;
using Tidemark.Postgres.Wal;
using Tidemark.Storage.Memory;
using Tidemark.Tests.Wal;

namespace Tidemark.Tests.BaseBackups;

public sealed class WalProofTests : IAsyncDisposable
{
    private readonly MemoryObjectStore store = new(TimeProvider.System);

    public ValueTask DisposeAsync() => store.DisposeAsync();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_first_segment_that_is_missing_is_named_until_none_is()
    {
        foreach (var number in new ulong[] { 3, 5 }) await MadeWal.PutAsync(store, MadeWal.Name(1, number));
        Assert.Equal($"{MadeWal.Name(1, 4)}", await MissingAsync(1, 3, 1, 5));
        Assert.Equal($"{MadeWal.Name(1, 2)}", await MissingAsync(1, 2, 1, 5));
        await MadeWal.PutAsync(store, MadeWal.Name(1, 4));
        Assert.Null(await MissingAsync(1, 3, 1, 5));
        Assert.Equal($"{MadeWal.Name(1, 6)}", await MissingAsync(1, 3, 1, 6));
    }

    [Fact]
    public async Task A_stop_on_the_edge_of_a_segment_belongs_to_the_one_before()
    {
        await MadeWal.PutAsync(store, MadeWal.Name(1, 3));
        var span = new WalSpan { Start = Point(1, MadeWal.Name(1, 3).Start(MadeWal.Size) + 40), Stop = Point(1, MadeWal.Name(1, 3).End(MadeWal.Size)) };
        Assert.Null(await (await ProofAsync()).MissingAsync(span, Token));
    }

    [Fact]
    public async Task Without_the_history_of_its_timeline_a_backup_has_not_all_its_wal()
    {
        await MadeWal.PutAsync(store, MadeWal.Name(2, 3));
        Assert.Equal("00000002.history", await MissingAsync(2, 3, 2, 3));
        var archive = await MadeWal.ArchiveAsync(store);
        await archive.PutNoteAsync(MadeWal.History(2), System.Text.Encoding.ASCII.GetBytes("1\t0/200000\tno recovery target specified\n"), Token);
        Assert.Null(await MissingAsync(2, 3, 2, 3));
    }

    [Fact]
    public async Task Two_segments_of_one_name_are_none()
    {
        await MadeWal.PutAsync(store, MadeWal.Name(1, 3));
        var encoding = MadeWal.Plain();
        var other = MadeWal.Segment(MadeWal.Name(1, 3), mark: 2);
        var archive = await MadeWal.ArchiveAsync(store);
        await store.PutAsync(archive.Keys.OfSegment(MadeWal.Name(1, 3), Tidemark.Wal.RawSegment.Of(MadeWal.Name(1, 3), other).Sha256), encoding.Encode(other), Tidemark.Storage.PutMode.IfAbsent, Token);
        Assert.Equal($"{MadeWal.Name(1, 3)}", await MissingAsync(1, 3, 1, 3));
    }

    [Fact]
    public async Task Waiting_ends_with_the_name_of_what_did_not_come_and_at_once_where_nobody_brings_it()
    {
        var proof = await ProofAsync();
        var span = Span(1, 3, 1, 3);
        var missing = await Assert.ThrowsAsync<Fault>(() => proof.WaitAsync(span, TimeSpan.Zero, () => Task.CompletedTask, Token));
        Assert.Equal(FaultCode.Store, missing.Code);
        Assert.StartsWith($"{MadeWal.Name(1, 3)} in ", missing.Where, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidOperationException>(() => proof.WaitAsync(span, TimeSpan.FromHours(1), () => throw new InvalidOperationException(), Token));
    }

    private async Task<WalProof> ProofAsync() => new(await MadeWal.ArchiveAsync(store), MadeWal.Size, TimeProvider.System);

    private async Task<string?> MissingAsync(uint timeline, ulong first, uint last, ulong number) => await (await ProofAsync()).MissingAsync(Span(timeline, first, last, number), Token);

    private static WalSpan Span(uint timeline, ulong first, uint last, ulong number) =>
        new() { Start = Point(timeline, MadeWal.Name(timeline, first).Start(MadeWal.Size) + 40), Stop = Point(last, MadeWal.Name(last, number).Start(MadeWal.Size) + 400) };

    private static WalPoint Point(uint timeline, Lsn at) => WalPoint.At(new TimelineId(timeline), at, DateTimeOffset.UnixEpoch);
}
