using Tidemark.BaseBackups;
using Tidemark.EndToEnd.Support;
using Tidemark.Postgres.Data;
using Tidemark.Postgres.Wal;

namespace Tidemark.Tests.BaseBackups;

/// <summary>Pages of a server that works, from its disk and over SQL.</summary>
public sealed class LivePagesTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Under_load_no_page_is_blamed_but_the_one_that_is_damaged()
    {
        await using var cluster = await LiveCluster.StartAsync(18);
        await cluster.Server.ExecuteAsync("postgres", "create table busy as select i, 0 as n, repeat('x', 300) from generate_series(1, 20000) i");
        await cluster.Server.ExecuteAsync("postgres", "create table still as select i, repeat('x', 300) from generate_series(1, 1000) i");
        await cluster.Server.ExecuteAsync("postgres", "checkpoint");
        await using var session = await BackupSession.OpenAsync(cluster.Address, Token);
        var start = await session.StartAsync("under load", true, Token);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var load = LoadAsync(cluster.Server, end.Token);
        foreach (var overSql in (bool[])[true, false, true])
        {
            var verifier = await LookAsync(cluster, session.Facts, start.Lsn, overSql);
            Assert.True(verifier.Pages > 3000);
            Assert.Empty(verifier.Bad);
        }
        var path = (await cluster.Server.ScalarAsync<string>("postgres", "select pg_relation_filepath('still')"))!;
        var bytes = await File.ReadAllBytesAsync(Path.Combine(cluster.Server.DataFolder, path), Token);
        bytes[(7 * 8192) + 5000] ^= 1;
        await File.WriteAllBytesAsync(Path.Combine(cluster.Server.DataFolder, path), bytes, Token);
        foreach (var overSql in (bool[])[true, false])
        {
            var bad = Assert.Single((await LookAsync(cluster, session.Facts, start.Lsn, overSql)).Bad);
            Assert.Equal((path, 7u), (bad.Path, bad.Block));
        }
        await end.CancelAsync();
        await load;
    }

    private static async Task<PageVerifier> LookAsync(LiveCluster cluster, ClusterFacts facts, Lsn start, bool overSql)
    {
        await using var files = await cluster.FilesAsync(facts, overSql);
        var verifier = new PageVerifier(files, facts.PageBytes, facts.SegmentPages, start, TimeProvider.System);
        var buffer = new byte[1 << 20];
        await foreach (var (entry, _) in new ClusterListing(files, new BackupSelection(facts.VersionFolder, facts.TablespacesInside)).WalkAsync(Token))
        {
            for (var offset = 0L; offset < entry.Length; offset += buffer.Length)
            {
                var wanted = (int)Math.Min(buffer.Length, entry.Length - offset);
                if (await files.ReadAsync(entry.Path, offset, buffer.AsMemory(0, wanted), Token) is not { } read) break;
                await verifier.CheckAsync(entry.Path, offset, buffer.AsMemory(0, read), Token);
                if (read < wanted) break;
            }
        }
        return verifier;
    }

    private static async Task LoadAsync(PostgresServer server, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            await server.ExecuteAsync("postgres", "update busy set n = n + 1 where i % 7 = 3");
            await server.ExecuteAsync("postgres", "checkpoint");
        }
    }
}
