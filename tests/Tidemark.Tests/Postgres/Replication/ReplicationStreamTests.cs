using Tidemark.EndToEnd.Support;
using Tidemark.Postgres.Replication;
using Tidemark.Postgres.Wal;

namespace Tidemark.Tests.Postgres.Replication;

/// <summary>WAL from real servers, compared with the files that they write themselves.</summary>
public sealed class ReplicationStreamTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(15)]
    [InlineData(18)]
    public Task A_workload_is_streamed_as_the_server_wrote_it(int major) => WorkloadAsync(major);

    [Theory, Trait("takes", "minutes")]
    [InlineData(13)]
    [InlineData(14)]
    [InlineData(16)]
    [InlineData(17)]
    public Task A_workload_is_streamed_as_each_other_major_wrote_it(int major) => WorkloadAsync(major);

    private static async Task WorkloadAsync(int major)
    {
        await using var server = await PostgresServer.StartAsync(major, new ServerOptions { Settings = new Dictionary<string, string> { ["wal_keep_size"] = "1GB" } });
        foreach (var url in (string[])[server.Url(), server.SocketUrl()])
        {
            await using var connection = await Streaming.OpenAsync(url);
            Assert.Equal(major, connection.Version.Major);
            Assert.False(await connection.IsInRecoveryAsync(Token));
            var identity = await connection.IdentifyAsync(Token);
            Assert.Equal(await server.ScalarAsync<string>("postgres", "select system_identifier::text from pg_control_system()"), $"{identity.SystemIdentifier}");
            Assert.Equal(TimelineId.First, identity.Timeline);
            var size = await connection.SegmentSizeAsync(Token);

            await connection.CreateSlotAsync("tide_mark", temporary: true, Token);
            var start = size.StartOf(size.NumberAt(identity.Flushed));
            var stream = await connection.StreamAsync("tide_mark", start, identity.Timeline, Token);
            var end = await Streaming.WorkAsync(server, 3);
            using var talking = new CancellationTokenSource();
            var statuses = TalkAsync(stream, start, talking.Token);
            Streaming.SameAsOnServer(server, await Streaming.SegmentsAsync(stream, identity.Timeline, size, end));
            await talking.CancelAsync();
            Assert.True(await statuses > 0);

            await stream.SendStatusAsync(end, end, Lsn.None, true, Token);
            WalMessage answer;
            do answer = await stream.ReadAsync(Token); while (answer.Kind != WalMessageKind.Keepalive);
            Assert.Equal(end.ToString(), await server.ScalarAsync<string>("postgres", "select restart_lsn::text from pg_replication_slots"));
            Assert.Equal("tidemark", await server.ScalarAsync<string>("postgres", "select application_name from pg_stat_replication"));
            Assert.InRange(answer.ServerClock, TimeProvider.System.GetUtcNow().AddMinutes(-1), TimeProvider.System.GetUtcNow().AddMinutes(1));

            await stream.StopAsync(Token);
            Assert.Equal(identity.SystemIdentifier, (await connection.IdentifyAsync(Token)).SystemIdentifier);
        }
    }

    /// <summary>Sends statuses without a pause, while another task reads.</summary>
    private static async Task<int> TalkAsync(ReplicationStream stream, Lsn start, CancellationToken token)
    {
        await Task.Yield();
        for (var count = 0; ; count++)
        {
            if (token.IsCancellationRequested && count > 0) return count;
            await stream.SendStatusAsync(start, start, Lsn.None, false, Token);
        }
    }
}
