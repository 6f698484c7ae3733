using System.Security.Cryptography;
using Tidemark.EndToEnd.Dumps;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Wal;

/// <summary>Where the store is not as it should be: a server that recovers stops, rather than opening with less than it was to have.</summary>
public sealed partial class WalCommandTests
{
    private string LastComplete => $"0000000100000000{(archived.Complete >> 24) - 1:X8}";

    [Fact]
    public async Task Two_objects_of_one_segment_stop_a_recovery_before_it_opens()
    {
        var own = await OwnStoreAsync("conflict");
        var there = ObjectOf(own, LastComplete);
        await ChildProcess.OutputAsync("cp", ["-a", there, there[..^64] + new string('0', 64)], asServerUser: true);
        await StopsAsync(own, "wal fetch --timeline 1 %f %p", "the store holds another segment of this name");
    }

    [Fact]
    public async Task A_planned_segment_that_is_missing_stops_a_recovery_before_it_opens()
    {
        var own = await OwnStoreAsync("missing");
        File.Delete(ObjectOf(own, LastComplete));
        await StopsAsync(own, $"wal fetch --plan {await archived.PlanAsync(1, archived.Complete)} %f %p", "a planned file is in no store");
    }

    [Fact]
    public async Task A_tail_that_was_left_beside_its_complete_segment_is_not_served_though_the_plan_counts_on_it()
    {
        const int length = 64 * 1024;
        var own = await OwnStoreAsync("tail");
        var raw = Path.Combine(own, "raw");
        await ChildProcess.OutputAsync("zstd", ["-q", "-d", ObjectOf(own, LastComplete), "-o", raw]);
        var begin = (await File.ReadAllBytesAsync(raw, TestContext.Current.CancellationToken))[..length];
        var hash = Convert.ToHexStringLower(SHA256.HashData(begin));
        await File.WriteAllBytesAsync(raw, begin, TestContext.Current.CancellationToken);
        var pieces = Path.Combine(Directory.EnumerateDirectories(Path.Combine(own, "clusters", "default")).Single(), "volatile", "tails", LastComplete);
        await ChildProcess.OutputAsync("mkdir", ["-p", pieces], asServerUser: true);
        await ChildProcess.OutputAsync("zstd", ["-q", "--rm", raw, "-o", Path.Combine(pieces, $"{0:x8}-{length:x8}.{hash}")]);
        await ChildProcess.OutputAsync("chmod", ["644", Path.Combine(pieces, $"{0:x8}-{length:x8}.{hash}")]);
        var plan = await archived.PlanAsync(1, archived.Complete - (16 << 20) + length, $$"""{ "length": {{length}}, "sha256": "{{hash}}" }""");
        // The tail ends before the last 500 rows are committed.
        await using var server = await RecoverFromAsync(own, $"wal fetch --plan {plan} %f %p");
        Assert.Equal(await ArchivedServer.ExpectedAsync(server, (1, 4000)), await ArchivedServer.ContentAsync(server));
    }

    [Fact, Trait("takes", "minutes")]
    public async Task A_standby_waits_for_a_store_that_is_away_without_end_and_goes_on_when_it_is_back()
    {
        var own = await OwnStoreAsync("standby");
        var last = ObjectOf(own, LastComplete);
        var held = own + ".held";
        File.Move(last, held);
        var folder = archived.Base + ".standby";
        await ChildProcess.OutputAsync("cp", ["-a", "--reflink=auto", archived.Base, folder], asServerUser: true);
        await ChildProcess.OutputAsync("touch", [Path.Combine(folder, "standby.signal")], asServerUser: true);
        await using var standby = await PostgresServer.StartAsync(15, new ServerOptions
        {
            DataFrom = folder,
            Settings = new Dictionary<string, string> { ["archive_mode"] = "off", ["restore_command"] = CommandOf(own, "wal fetch --timeline 1 %f %p"), ["recovery_target_timeline"] = "1" },
        });
        await RowsAsync(3500);
        await ChildProcess.OutputAsync("mv", ["-T", own, own + ".away"], asServerUser: true);
        await Waiting.UntilAsync(() => standby.Log.Contains("; it is tried again", StringComparison.Ordinal), "the standby found its store away");
        Assert.DoesNotContain("it is tried again for", standby.Log, StringComparison.Ordinal);
        Assert.Equal(3500, await standby.ScalarAsync<long>("postgres", "select count(*) from rows"));
        File.Move(held, last.Replace(own, own + ".away", StringComparison.Ordinal));
        await ChildProcess.OutputAsync("mv", ["-T", own + ".away", own], asServerUser: true);
        await RowsAsync(4000);
        Assert.True(await standby.ScalarAsync<bool>("postgres", "select pg_is_in_recovery()"));

        Task RowsAsync(long count) => Waiting.UntilAsync(async () => await standby.ScalarAsync<long>("postgres", "select count(*) from rows") == count, $"the standby has {count} rows");
    }

    private async Task<string> OwnStoreAsync(string name)
    {
        var own = $"{archived.Store}.{name}";
        await ChildProcess.OutputAsync("cp", ["-a", "--reflink=auto", archived.Store, own], asServerUser: true);
        return own;
    }

    private static string ObjectOf(string store, string segment) => Directory.EnumerateFiles(store, segment + ".*", SearchOption.AllDirectories).Single();

    private string CommandOf(string own, string words) => archived.Command(words).Replace($"BACKUP_DIR={archived.Store} ", $"BACKUP_DIR={own} ", StringComparison.Ordinal);

    private Task<PostgresServer> RecoverFromAsync(string own, string words) => archived.RecoverAsync(words, ("restore_command", CommandOf(own, words)));

    private async Task StopsAsync(string own, string words, string why)
    {
        var stopped = await Assert.ThrowsAsync<InvalidOperationException>(async () => await (await RecoverFromAsync(own, words)).DisposeAsync());
        Assert.Contains(why, stopped.Message, StringComparison.Ordinal);
        Assert.Contains($"could not restore file \"{LastComplete}\"", stopped.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("archive recovery complete", stopped.Message, StringComparison.Ordinal);
    }
}
