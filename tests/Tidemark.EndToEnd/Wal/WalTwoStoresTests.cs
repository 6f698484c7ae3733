using Tidemark.EndToEnd.Dumps;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Wal;

/// <summary>Two stores, of which one goes away and comes back.</summary>
public sealed class WalTwoStoresTests : IDisposable
{
    private readonly Scratch scratch = new("wal-two");

    private ArchivedWal One => new(scratch["one"]);

    private ArchivedWal Other => new(scratch["other"]);

    public void Dispose() => scratch.Dispose();

    [Fact]
    public async Task While_a_folder_is_gone_the_other_goes_on_and_when_it_is_back_both_are_whole()
    {
        await using var server = await StartAsync();
        await using var receiver = await Program(server).StartAsync("wal", "receive");
        await receiver.SaysAsync("receiving from");
        var first = await SegmentAsync(server);
        await FillAsync(server, 1);
        await Waiting.UntilAsync(() => One.Segments.Count >= 1 && Other.Segments.Count >= 1, "both have the first");
        var spool = Path.Combine(scratch["one"], ".tidemark", "wal", (await server.ScalarAsync<string>("postgres", "select system_identifier::text from pg_control_system()"))!);
        // It is in a store a moment before that is noted.
        await Waiting.UntilAsync(() => Spooled() == 0, "it has left the spool");

        // As an unmounted disk: nothing is there, and nothing must be made in its place.
        Directory.Move(scratch["other"], scratch["away"]);
        await FillAsync(server, 2);
        await receiver.SaysAsync($"not shipped to {scratch["other"]}");
        await Waiting.UntilAsync(() => One.Segments.Count >= 3, "the one that is there has all");
        Assert.False(Directory.Exists(scratch["other"]));
        Assert.Equal(2, Spooled());

        // What is in the spool is there after a kill, too.
        receiver.KillAll();
        await receiver.EndAsync();
        Directory.Move(scratch["away"], scratch["other"]);
        await using var again = await Program(server).StartAsync("wal", "receive");
        await again.SaysAsync("receiving from");
        await FillAsync(server, 1);
        var all = WalReceiveTests.Names(first, await SegmentAsync(server)).ToList();
        await Waiting.UntilAsync(() => One.Segments.Count >= all.Count && Other.Segments.Count >= all.Count, "both have all");
        await AreWholeAsync(server, all);
        await Waiting.UntilAsync(() => Spooled() == 0, "the spool is cleared");
        again.Terminate();
        Assert.Equal(0, (await again.EndAsync()).ExitCode);

        int Spooled() => Directory.EnumerateFiles(spool).Count(path => Path.GetFileName(path).Length == 24);
    }

    [Fact, Trait("takes", "minutes")]
    public async Task A_store_that_hangs_or_is_killed_is_told_and_gets_what_it_missed_without_a_hand()
    {
        await S3Server.RequireAsync();
        await using var server = await StartAsync();
        await using var s3 = await S3Server.StartAsync();
        var place = await s3.NewPlaceAsync();
        var program = Program(server).With(place).With("BACKUP_DIR", $"{scratch["one"]},{place.Address}");
        await using var receiver = await program.StartAsync("wal", "receive");
        await receiver.SaysAsync("receiving from");
        var first = await SegmentAsync(server);
        await FillAsync(server, 1);
        await WholeAsync(1);

        s3.Gateway.Stop();
        await FillAsync(server, 2);
        await Waiting.UntilAsync(() => One.Segments.Count >= 3, "the store that answers has all");
        s3.Gateway.Continue();
        await s3.Gateway.KillAsync();
        await FillAsync(server, 1);
        await receiver.SaysAsync($"not shipped to {place.Address}", TimeSpan.FromMinutes(3));
        await Waiting.UntilAsync(() => One.Segments.Count >= 4, "the store that answers has all");
        await s3.Gateway.StartAsync();
        await receiver.SaysAsync($"{place.Address} takes WAL again", TimeSpan.FromMinutes(3));
        var all = WalReceiveTests.Names(first, await SegmentAsync(server)).ToList();
        await WholeAsync(all.Count);
        receiver.Terminate();
        Assert.Equal(0, (await receiver.EndAsync()).ExitCode);
        Assert.Equal(all, One.Segments);
        await One.AreThoseOfAsync(server, all);
        // Nobody copied anything: it is what the one has, under the same names.
        Assert.Equal(Names(await s3.ObjectsAsync(place.Bucket)), Directory.EnumerateFiles(scratch["one"], "0*.*", SearchOption.AllDirectories).Where(path => !path.Contains("/volatile/", StringComparison.Ordinal) && Path.GetFileName(path).Length == 89).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));

        Task WholeAsync(int count) => Waiting.UntilAsync(async () => Names(await s3.ObjectsAsync(place.Bucket)).Count() >= count, $"the bucket has {count} segments");
    }

    private static IOrderedEnumerable<string> Names(IEnumerable<(string Key, long Size)> objects) =>
        objects.Select(one => one.Key).Where(key => key.Contains("/wal/0", StringComparison.Ordinal) && !key.StartsWith("_multipart_", StringComparison.Ordinal)).Select(key => key[(key.LastIndexOf('/') + 1)..]).Where(name => name.Length == 89).Order(StringComparer.Ordinal);

    private TidemarkProgram Program(PostgresServer server) =>
        new TidemarkProgram(scratch.Folder).With("DATABASE_URL", server.Url()).With("BACKUP_DIR", $"{scratch["one"]},{scratch["other"]}").With("BACKUP_WAL_SHIP_EVERY", "1s");

    private static Task<PostgresServer> StartAsync() => PostgresServer.StartAsync(16, new ServerOptions { Settings = new Dictionary<string, string> { ["wal_keep_size"] = "1GB", ["max_wal_size"] = "4GB", ["autovacuum"] = "off" } });

    private static async Task FillAsync(PostgresServer server, int segments)
    {
        await server.ExecuteAsync("postgres", "create table if not exists work (id bigint, text text)");
        for (var count = 0; count < segments; count++) await server.ExecuteAsync("postgres", "insert into work select i, repeat(md5(i::text), 20) from generate_series(1, 1000) i; select pg_switch_wal()");
    }

    private async Task AreWholeAsync(PostgresServer server, List<string> all)
    {
        foreach (var store in (ArchivedWal[])[One, Other])
        {
            Assert.Equal(all, store.Segments);
            await store.AreThoseOfAsync(server, all);
        }
    }

    private static async Task<string> SegmentAsync(PostgresServer server) => (await server.ScalarAsync<string>("postgres", "select pg_walfile_name(pg_current_wal_lsn())"))!;
}
