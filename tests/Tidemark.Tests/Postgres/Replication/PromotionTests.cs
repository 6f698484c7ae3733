using Tidemark.Postgres.Replication;
using Tidemark.Postgres.Wal;

namespace Tidemark.Tests.Postgres.Replication;

/// <summary>A standby that becomes the primary, while we stream from it.</summary>
public sealed class PromotionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public Task The_stream_goes_on_over_a_promotion() => PromoteAsync(17);

    [Theory, Trait("takes", "minutes")]
    [InlineData(13)]
    [InlineData(14)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(18)]
    public Task The_stream_goes_on_over_a_promotion_in_each_other_major(int major) => PromoteAsync(major);

    private static async Task PromoteAsync(int major)
    {
        await using var pair = await StandbyPair.StartAsync(major);
        var hosts = $"host={pair.Standby.SocketFolder},{pair.Primary.SocketFolder} port={pair.Standby.Port},{pair.Primary.Port} user=postgres";
        await using (var primary = await Streaming.OpenAsync($"{hosts} target_session_attrs=read-write")) Assert.StartsWith(pair.Primary.SocketFolder, primary.Server, StringComparison.Ordinal);
        // A host that is away is passed over.
        await using (var either = await Streaming.OpenAsync($"host=/nowhere,{pair.Standby.SocketFolder} port=1,{pair.Standby.Port} user=postgres")) Assert.StartsWith(pair.Standby.SocketFolder, either.Server, StringComparison.Ordinal);
        await using var connection = await Streaming.OpenAsync($"{hosts} target_session_attrs=standby");
        Assert.StartsWith(pair.Standby.SocketFolder, connection.Server, StringComparison.Ordinal);
        Assert.True(await connection.IsInRecoveryAsync(Token));

        var size = await connection.SegmentSizeAsync(Token);
        var start = size.StartOf(1);
        var stream = await connection.StreamAsync(null, start, TimelineId.First, Token);
        var end = await Streaming.WorkAsync(pair.Primary, 2);
        var segments = await Streaming.SegmentsAsync(stream, TimelineId.First, size, end);
        Streaming.SameAsOnServer(pair.Primary, segments);

        await pair.Standby.ExecuteAsync("postgres", "select pg_promote()");
        Assert.Empty(await Streaming.SegmentsAsync(stream, TimelineId.First, size, new Lsn(ulong.MaxValue)));
        Assert.Equal(new TimelineId(2), stream.Next!.Timeline);
        Assert.Equal(stream.Position, stream.Next.At);
        Assert.Equal(WalMessageKind.End, (await stream.ReadAsync(Token)).Kind);

        // The connection takes commands again.
        var history = await connection.TimelineHistoryAsync(stream.Next.Timeline, Token);
        Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(pair.Standby.DataFolder, "pg_wal", "00000002.history"), Token), history);
        Assert.Equal(stream.Next.At, TimelineHistory.Parse(stream.Next.Timeline, history).EndOf(TimelineId.First));
        var next = await connection.StreamAsync(null, size.StartOf(size.NumberAt(stream.Next.At)), stream.Next.Timeline, Token);
        end = await Streaming.WorkAsync(pair.Standby, 2);
        Streaming.SameAsOnServer(pair.Standby, await Streaming.SegmentsAsync(next, stream.Next.Timeline, size, end));
        await next.StopAsync(Token);

        // Asked for the end of a timeline, there is nothing to stream.
        var nothing = await connection.StreamAsync(null, stream.Next.At, TimelineId.First, Token);
        Assert.Equal(WalMessageKind.End, (await nothing.ReadAsync(Token)).Kind);
        Assert.Equal(stream.Next, nothing.Next);
        Assert.Equal(new TimelineId(2), (await connection.IdentifyAsync(Token)).Timeline);

        await using var promoted = await Streaming.OpenAsync($"{hosts} target_session_attrs=primary");
        Assert.StartsWith(pair.Standby.SocketFolder, promoted.Server, StringComparison.Ordinal);
        await pair.Primary.StopAsync();
        var none = await Assert.ThrowsAsync<Fault>(() => Streaming.OpenAsync($"{hosts} target_session_attrs=standby"));
        Assert.Equal((FaultCode.Unreachable, true), (none.Code, none.Transient));
    }
}
