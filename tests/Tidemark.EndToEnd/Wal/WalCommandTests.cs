using System.Security.Cryptography;
using Tidemark.EndToEnd.Dumps;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Wal;

/// <summary>Real servers that recover through <c>wal fetch</c> from what <c>wal push</c> stored.</summary>
public sealed partial class WalCommandTests(ArchivedServer archived) : IClassFixture<ArchivedServer>
{
    [Fact]
    public async Task The_newest_branch_is_recovered_without_a_plan()
    {
        await using var server = await archived.RecoverAsync("wal fetch %f %p", ("recovery_target_timeline", "latest"));
        Assert.Equal(await ArchivedServer.ExpectedAsync(server, (1, 2000), (100_001, 100_007)), await ArchivedServer.ContentAsync(server));
        Assert.Equal(3, await server.ScalarAsync<int>("postgres", "select timeline_id from pg_control_checkpoint()"));
        // Nothing of ours stays in the server's folder.
        Assert.False(Directory.Exists(Path.Combine(server.DataFolder, "pg_wal", "tidemark-prefetch")));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(server.DataFolder, "pg_wal"), "*.pending"));
    }

    [Fact]
    public async Task Without_a_plan_recovery_does_not_replay_the_old_branch_past_a_fork_unless_it_is_told_to()
    {
        var stopped = await Assert.ThrowsAsync<InvalidOperationException>(async () => await (await archived.RecoverAsync("wal fetch %f %p")).DisposeAsync());
        Assert.Contains("this segment lies past a fork of its timeline", stopped.Message, StringComparison.Ordinal);
        Assert.Contains("could not restore file", stopped.Message, StringComparison.Ordinal);
        await using var server = await archived.RecoverAsync("wal fetch --timeline 1 %f %p");
        Assert.Equal(await ArchivedServer.ExpectedAsync(server, (1, 4000)), await ArchivedServer.ContentAsync(server));
    }

    [Fact]
    public async Task Stock_tools_recover_without_us()
    {
        var wal = Path.Combine(archived.Folder, "wal", "00000001", "00000000");
        var command = $"zstd -q -d -c {wal}/%f.* > %p.new 2> /dev/null && mv %p.new %p";
        await using var server = await archived.RecoverAsync("", ("restore_command", command));
        Assert.Equal(await ArchivedServer.ExpectedAsync(server, (1, 4000)), await ArchivedServer.ContentAsync(server));
        foreach (var path in Directory.EnumerateFiles(wal))
        {
            var hash = (await ChildProcess.OutputAsync("sh", ["-c", "zstd -q -d -c \"$0\" | sha256sum", path]))[..64];
            Assert.EndsWith(hash, path, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Under_a_plan_recovery_stays_on_its_branch()
    {
        var end = Directory.EnumerateFiles(Path.Combine(archived.Folder, "wal", "00000002"), "*", SearchOption.AllDirectories).Select(file => Convert.ToUInt64(Path.GetFileName(file)[16..24], 16)).Max() + 1;
        var plan = await archived.PlanAsync(2, end << 24);
        await using var server = await archived.RecoverAsync($"wal fetch --plan {plan} %f %p", ("recovery_target_timeline", "2"));
        Assert.Equal(await ArchivedServer.ExpectedAsync(server, (1, 2000), (100_001, 100_007)), await ArchivedServer.ContentAsync(server));
    }

    [Fact]
    public async Task A_plan_to_the_open_segment_recovers_what_only_its_tail_holds()
    {
        var segment = $"0000000100000000{archived.Flushed >> 24:X8}";
        var length = (int)(archived.Flushed & 0xFFFFFF);
        var bytes = (await File.ReadAllBytesAsync(Path.Combine(archived.PrimaryData, "pg_wal", segment), TestContext.Current.CancellationToken))[..length];
        // Two pieces, made with stock tools: the format is the page's.
        var folder = Path.Combine(archived.Folder, "volatile", "tails", segment);
        await ChildProcess.OutputAsync("mkdir", ["-p", folder], asServerUser: true);
        await PieceAsync(bytes, 0, length / 2);
        var hash = await PieceAsync(bytes, length / 2, length);
        var plan = await archived.PlanAsync(1, archived.Flushed, $$"""{ "length": {{length}}, "sha256": "{{hash}}" }""");
        await using var server = await archived.RecoverAsync($"wal fetch --plan {plan} %f %p");
        Assert.Equal(await ArchivedServer.ExpectedAsync(server, (1, 4050)), await ArchivedServer.ContentAsync(server));

        async Task<string> PieceAsync(byte[] all, int from, int to)
        {
            var running = Convert.ToHexStringLower(SHA256.HashData(all.AsSpan(0, to)));
            var raw = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
            await File.WriteAllBytesAsync(raw, all[from..to], TestContext.Current.CancellationToken);
            await ChildProcess.OutputAsync("zstd", ["-q", "--rm", raw, "-o", Path.Combine(folder, $"{from:x8}-{to:x8}.{running}")]);
            await ChildProcess.OutputAsync("chmod", ["644", Path.Combine(folder, $"{from:x8}-{to:x8}.{running}")]);
            return running;
        }
    }

    [Fact]
    public async Task A_store_that_is_away_during_recovery_is_waited_for_and_does_not_end_it()
    {
        var plan = await archived.PlanAsync(1, archived.Complete);
        var away = archived.Store + ".away";
        // Its own place, so that the others' recoveries see theirs.
        var own = archived.Store + ".own";
        await ChildProcess.OutputAsync("cp", ["-a", archived.Store, away], asServerUser: true);
        await ChildProcess.OutputAsync("mkdir", [own], asServerUser: true);
        var said = archived.Store + ".said";
        var command = archived.Command($"wal fetch --plan {plan} %f %p").Replace($"BACKUP_DIR={archived.Store}", $"BACKUP_DIR={own}", StringComparison.Ordinal);
        var recovering = archived.RecoverAsync($"wal fetch --plan {plan} %f %p", ("restore_command", $"{command} 2>> {said}"));
        await Waiting.UntilAsync(() => recovering.IsCompleted || (File.Exists(said) && File.ReadAllText(said).Contains("it is tried again for 5 min", StringComparison.Ordinal)), "it waits for its store");
        await Task.WhenAny(recovering, Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken));
        Assert.False(recovering.IsCompleted);
        await ChildProcess.OutputAsync("mv", ["-T", away, own], asServerUser: true);
        await using var server = await recovering;
        Assert.Equal(await ArchivedServer.ExpectedAsync(server, (1, 4000)), await ArchivedServer.ContentAsync(server));
    }
}
