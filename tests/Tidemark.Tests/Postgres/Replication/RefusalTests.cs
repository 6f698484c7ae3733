using Tidemark.EndToEnd.Support;
using Tidemark.Postgres.Replication;
using Tidemark.Postgres.Wal;

namespace Tidemark.Tests.Postgres.Replication;

/// <summary>What real servers refuse, and what we make of it.</summary>
public sealed class RefusalTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public Task Each_refusal_is_told_with_what_to_do() => RefuseAsync(17);

    [Theory, Trait("takes", "minutes")]
    [InlineData(13)]
    [InlineData(14)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(18)]
    public Task Each_refusal_of_each_other_major_is_told_with_what_to_do(int major) => RefuseAsync(major);

    [Fact]
    public async Task A_server_that_writes_no_WAL_for_others_lets_nobody_in()
    {
        await using var server = await PostgresServer.StartAsync(18, new ServerOptions { Settings = new Dictionary<string, string> { ["wal_level"] = "minimal", ["max_wal_senders"] = "0" } });
        var fault = await Assert.ThrowsAsync<Fault>(() => Streaming.OpenAsync(server.Url()));
        Assert.Equal((FaultCode.Unreachable, "53300"), (fault.Code, Assert.IsType<ServerRefusal>(fault.InnerException).SqlState));
        Assert.Contains("wal_level=minimal", fault.Next, StringComparison.Ordinal);
    }

    private static async Task RefuseAsync(int major)
    {
        await using var server = await PostgresServer.StartAsync(major, new ServerOptions
        {
            Settings = new Dictionary<string, string> { ["max_wal_senders"] = "2", ["max_replication_slots"] = "2", ["wal_keep_size"] = "0", ["min_wal_size"] = "32MB", ["max_wal_size"] = "32MB", ["max_slot_wal_keep_size"] = "1MB" },
        });
        await using var first = await Streaming.OpenAsync(server.Url());
        await using var second = await Streaming.OpenAsync(server.Url());
        await RefusedAsync(() => Streaming.OpenAsync(server.Url()), FaultCode.Unreachable, "53300");

        var identity = await first.IdentifyAsync(Token);
        await first.CreateSlotAsync("one", temporary: false, Token);
        await RefusedAsync(() => first.CreateSlotAsync("one", temporary: false, Token), FaultCode.Refused, "42710");
        await RefusedAsync(() => first.StreamAsync("none", identity.Flushed, identity.Timeline, Token), FaultCode.NotFound, "42704");
        await RefusedAsync(async () => await (await first.StreamAsync(null, identity.Flushed + (1UL << 32), identity.Timeline, Token)).ReadAsync(Token), FaultCode.Failed, "XX000");
        await RefusedAsync(() => first.TimelineHistoryAsync(new TimelineId(7), Token), FaultCode.NotFound, "58P01");
        if (major >= 15)
        {
            Assert.Equal(TimelineId.First, (await first.ReadSlotAsync("one", Token))!.Timeline);
            Assert.Null(await first.ReadSlotAsync("none", Token));
        }
        else await RefusedAsync(() => first.ReadSlotAsync("one", Token), FaultCode.Failed, "0A000");

        var stream = await first.StreamAsync("one", identity.Flushed, identity.Timeline, Token);
        await RefusedAsync(() => second.StreamAsync("one", identity.Flushed, identity.Timeline, Token), FaultCode.Locked, "55006");
        await stream.StopAsync(Token);

        // Nobody reads it any more: beyond 1 MB the server gives the slot up, and then the WAL.
        for (var count = 0; count < 3; count++)
        {
            await Streaming.WorkAsync(server, 1);
            await server.ExecuteAsync("postgres", "checkpoint");
        }
        Assert.Equal("lost", await server.ScalarAsync<string>("postgres", "select wal_status from pg_replication_slots"));
        // Before 18 a physical slot that was given up is no hindrance by itself: what is gone is the WAL.
        await RefusedAsync(async () => await (await first.StreamAsync("one", identity.Flushed, identity.Timeline, Token)).ReadAsync(Token), major >= 18 ? FaultCode.Refused : FaultCode.NotFound, major >= 18 ? "55000" : "58P01");
        if (major >= 15) Assert.Null((await first.ReadSlotAsync("one", Token))!.Restart);
        await first.DropSlotAsync("one", Token);
        await RefusedAsync(async () => await (await first.StreamAsync(null, identity.Flushed, identity.Timeline, Token)).ReadAsync(Token), FaultCode.NotFound, "58P01");
        Assert.Equal(identity.SystemIdentifier, (await first.IdentifyAsync(Token)).SystemIdentifier);

        await server.StopAsync();
        Assert.True((await Assert.ThrowsAsync<Fault>(() => first.IdentifyAsync(Token))).Transient);
        Assert.Equal(FaultCode.Unreachable, (await Assert.ThrowsAsync<Fault>(() => Streaming.OpenAsync(server.Url()))).Code);
    }

    private static async Task RefusedAsync(Func<Task> action, FaultCode code, string state)
    {
        var fault = await Assert.ThrowsAsync<Fault>(action);
        Assert.Equal((code, state), (fault.Code, Assert.IsType<ServerRefusal>(fault.InnerException).SqlState));
        Assert.NotNull(fault.Next);
    }
}
