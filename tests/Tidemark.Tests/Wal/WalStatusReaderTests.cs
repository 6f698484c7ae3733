using System.Globalization;
using System.Text;
using Tidemark.Codecs.Age;
using Tidemark.Postgres.Wal;
using Tidemark.Repositories;
using Tidemark.Storage.Memory;
using Tidemark.Tests.Repositories;
using Tidemark.Tests.Support;
using Tidemark.Wal;

namespace Tidemark.Tests.Wal;

public sealed class WalStatusReaderTests : IAsyncDisposable
{
    private static readonly WalSample Sample = WalSample.Of(18);
    private static readonly Lsn Start = Sample.First.Start(WalSample.Size), Middle = Sample.First.End(WalSample.Size), End = Sample.First.Next(WalSample.Size).End(WalSample.Size);

    private static readonly DateTimeOffset Later = DateTimeOffset.UnixEpoch.AddYears(60);

    private readonly MemoryObjectStore store = new(TimeProvider.System);
    private readonly List<string> remarks = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => store.DisposeAsync();

    [Fact]
    public async Task From_the_first_commit_to_the_last_as_pg_waldump_tells_them()
    {
        await PutAsync(0);
        await PutAsync(1);
        var status = await ReadAsync(Server(End));
        var moments = Assert.Single(status.Moments);
        Assert.Equal((Start, End), (moments.Key.Start, moments.Key.End));
        Assert.Equal(new WalMoments(Commits(End)[0], Commits(End)[^1]), moments.Value);
        Assert.Equal(((Lsn?)End, 0L, TimeSpan.Zero), (status.End, status.LagBytes, status.Behind));
        Assert.Empty(remarks);
    }

    [Theory]
    [InlineData(8192)]
    [InlineData(150_001)]
    [InlineData(260_000)]
    [InlineData(WalSample.SegmentBytes)]
    public async Task A_tail_counts_as_far_as_it_reaches(int length)
    {
        await PutAsync(0);
        await ShipAsync(length);
        var status = await ReadAsync(Server(End));
        Assert.Equal(Middle + (ulong)length, status.End);
        Assert.Equal((long)(End - Middle) - length, status.LagBytes);
        Assert.Equal(Commits(Middle + (ulong)length)[^1], Assert.Single(status.Moments).Value.Last);
    }

    [Fact]
    public async Task What_a_receiver_marked_as_written_twice_counts_no_more()
    {
        await PutAsync(0);
        await PutAsync(1);
        using var encoding = MadeWal.Plain();
        await (await ArchiveAsync(encoding)).MarkConflictAsync(Sample.First.Timeline, Middle + 5000, Token);
        var status = await ReadAsync(Server(End));
        Assert.Equal(Middle, status.End);
        Assert.Equal((Sample.First.Next(WalSample.Size), (Lsn?)(Middle + 5000)), Assert.Single(Assert.Single(status.Coverage.Timelines).Conflicts) is var told ? (told.Segment, told.At) : default);
    }

    [Fact]
    public async Task What_is_missing_is_as_old_as_the_newest_commit_that_is_there()
    {
        await PutAsync(0);
        var last = Commits(Middle)[^1];
        var status = await ReadAsync(Server(Middle + 5000) with { Now = last + TimeSpan.FromSeconds(30) });
        Assert.Equal((5000L, TimeSpan.FromSeconds(30)), (status.LagBytes, status.Behind));
    }

    [Fact]
    public async Task Behind_a_gap_nothing_is_said_to_be_missing_only_from_there_on_and_a_young_one_may_still_close()
    {
        await PutAsync(1);
        var encoding = MadeWal.Plain();
        var early = new WalSegmentName(Sample.First.Timeline, Sample.First.Log, Sample.First.Segment - 1);
        var raw = RawSegment.Of(early, Sample.Segment(0));
        await (await ArchiveAsync(encoding)).PutAsync(raw, () => encoding.Encode(raw.Bytes.Span), Token);
        var status = await ReadAsync(Server(End));
        Assert.Equal(((Lsn?)Middle, true, 0L), (status.Start, status.HasGap, status.LagBytes));
        Assert.Empty(status.Arriving);
        var young = Assert.IsType<WalStatus>(await new WalStatusReader(store, MadeWal.Plain(), TimeProvider.System, _ => { }).ReadAsync(Server(End), Token));
        Assert.Equal([new WalGap(Sample.First, Sample.First)], young.Arriving);
    }

    [Fact]
    public async Task A_server_that_writes_nothing_is_as_far_behind_as_the_receiver_last_said()
    {
        await PutAsync(0);
        var folder = (await ArchiveAsync(MadeWal.Plain())).Keys.Incarnation;
        var note = new WalReachNote { Timeline = $"{TimelineId.First}", Lsn = $"{Middle}", At = Later.AddSeconds(-40) };
        await store.PutAsync(WalReachNote.KeyIn(folder), System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(note, WalJson.Default.WalReachNote), Tidemark.Storage.PutMode.Replace, Token);
        Assert.Equal(TimeSpan.FromSeconds(40), (await ReadAsync(Server(Middle + 56))).Behind);
        // Of a place that is not there any more it counts for nothing.
        await store.PutAsync(WalReachNote.KeyIn(folder), System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(note with { Lsn = $"{End}" }, WalJson.Default.WalReachNote), Tidemark.Storage.PutMode.Replace, Token);
        Assert.Equal(Later - Commits(Middle)[^1], (await ReadAsync(Server(Middle + 56))).Behind);
    }

    [Fact]
    public async Task After_a_promotion_what_the_old_timeline_went_on_to_write_is_not_the_servers()
    {
        await PutAsync(0);
        await PutAsync(1);
        var promoted = Server(Middle + 5000) with { Timeline = new TimelineId(2) };
        var blind = await ReadAsync(promoted);
        Assert.Equal(((Lsn?)null, (long?)null), (blind.End, blind.LagBytes));
        Assert.NotNull(blind.Behind);
        var archive = await ArchiveAsync(MadeWal.Plain());
        await archive.PutNoteAsync(MadeWal.History(2), Encoding.UTF8.GetBytes($"1\t{Middle + 1000}\tno recovery target specified\n"), Token);
        var status = await ReadAsync(promoted);
        Assert.Equal((Middle + 1000, 4000L), (status.End, status.LagBytes));
    }

    [Fact]
    public async Task Without_the_server_the_last_life_of_the_cluster_is_told_with_sizes_from_its_segments()
    {
        await PutAsync(0);
        await PutAsync(1);
        var status = await ReadAsync(null);
        Assert.Equal((WalSample.Size, (Lsn?)End, (long?)null), (status.SegmentSize, status.End, status.LagBytes));
        Assert.Equal(Later - Commits(End)[^1], status.Behind);
    }

    [Fact]
    public async Task Without_an_identity_all_but_the_times_is_told_and_that_once()
    {
        var sealing = new WalEncoding(new RepositoryKeys(KeysAtHand.Options([AgeIdentity.Generate()]), []));
        await PutAsync(0, sealing);
        await PutAsync(1, sealing);
        var status = await ReadAsync(Server(End + 1));
        Assert.Equal((End, 1L), (status.End, status.LagBytes));
        Assert.Equal(new WalMoments(null, null), Assert.Single(status.Moments).Value);
        Assert.Contains("the times of commits are not known", Assert.Single(remarks), StringComparison.Ordinal);
        Assert.NotNull(status.Behind);
    }

    [Fact]
    public async Task Of_a_cluster_that_nothing_is_stored_of_nothing_is_told()
    {
        Assert.Null(await new WalStatusReader(store, MadeWal.Plain(), TimeProvider.System, remarks.Add).ReadAsync(Server(End), Token));
        await PutAsync(0);
        Assert.Null(await new WalStatusReader(store, MadeWal.Plain(), TimeProvider.System, remarks.Add).ReadAsync(Server(End) with { SystemIdentifier = 1 }, Token));
    }

    private static WalServer Server(Lsn flushed) => new(Sample.SystemIdentifier, WalSample.Size, TimelineId.First, false, flushed, Later, []);

    /// <summary>Of the records that end before this place.</summary>
    private static List<DateTimeOffset> Commits(Lsn before)
    {
        var lines = Sample.Dump.Select(line => line.Split(' ')).ToList();
        return [.. lines.Where((words, index) => words.Contains("commit") && (index + 1 < lines.Count ? Lsn.Parse(lines[index + 1][0]) : End) <= before)
            .Select(words => DateTimeOffset.Parse($"{words[Array.IndexOf(words, "commit") + 1]} {words[Array.IndexOf(words, "commit") + 2]}Z", CultureInfo.InvariantCulture))];
    }

    private async Task<WalStatus> ReadAsync(WalServer? server) =>
        Assert.IsType<WalStatus>(await new WalStatusReader(store, MadeWal.Plain(), new StoppedClock(Later), remarks.Add).ReadAsync(server, Token));

    private async Task<WalArchive> ArchiveAsync(WalEncoding encoding) => new(store, new WalKeys(await new Incarnations(store, "default").EnsureAsync(Sample.SystemIdentifier, Token)), encoding);

    private async Task PutAsync(int index, WalEncoding? sealing = null)
    {
        var encoding = sealing ?? MadeWal.Plain();
        var raw = RawSegment.Of(index == 0 ? Sample.First : Sample.First.Next(WalSample.Size), Sample.Segment(index));
        await (await ArchiveAsync(encoding)).PutAsync(raw, () => encoding.Encode(raw.Bytes.Span), Token);
    }

    private async Task ShipAsync(int length)
    {
        var archive = await ArchiveAsync(MadeWal.Plain());
        using var writer = new TailWriter(store, archive.Keys.Incarnation, Sample.First.Next(WalSample.Size), MadeWal.Plain());
        await writer.ShipAsync(from => Sample.Segment(1).AsMemory(from, length / 2 - from), Token);
        await writer.ShipAsync(from => Sample.Segment(1).AsMemory(from, length - from), Token);
    }
}
