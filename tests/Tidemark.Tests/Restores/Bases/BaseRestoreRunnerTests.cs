using Tidemark.BaseBackups;
using Tidemark.EndToEnd.Support;
using Tidemark.Restores.Bases;
using Tidemark.Storage.Memory;
using Tidemark.Tests.BaseBackups;

namespace Tidemark.Tests.Restores.Bases;

/// <summary>From a real server into a folder from which a real server starts.</summary>
public sealed class BaseRestoreRunnerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(13)]
    [InlineData(17)]
    public Task A_server_comes_back_to_its_end_and_to_any_moment_between_two_commits(int major) => RoundTripAsync(major);

    [Theory, Trait("takes", "minutes")]
    [InlineData(14)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(18)]
    public Task So_it_does_with_every_version(int major) => RoundTripAsync(major);

    private static async Task RoundTripAsync(int major)
    {
        await using var cluster = await LiveCluster.StartAsync(major);
        var store = new MemoryObjectStore(TimeProvider.System);
        using var taken = new TakenBase(cluster, store);
        var server = cluster.Server;
        // What stands in the way of a recovery: a target of another time, an archive, a server to follow.
        await server.ExecuteAsync("postgres", "alter system set recovery_target_time = '2020-01-01 00:00:00+00'");
        await server.ExecuteAsync("postgres", "alter system set primary_conninfo = 'host=127.0.0.1 port=1'");
        await server.ExecuteAsync("postgres", "create table rows (n int primary key, at timestamptz default clock_timestamp())");
        await server.ExecuteAsync("postgres", "insert into rows select generate_series(1, 1000)");
        await taken.TakeAsync();
        await server.ExecuteAsync("postgres", "insert into rows select generate_series(1001, 2000)");
        var between = await NowAsync(server);
        await server.ExecuteAsync("postgres", "insert into rows select generate_series(2001, 3000)");
        await server.ExecuteAsync("postgres", "alter system set max_connections = 150");
        await server.StopAsync();
        await server.StartAsync();
        await server.ExecuteAsync("postgres", "insert into rows select generate_series(3001, 4000)");
        await server.ExecuteAsync("postgres", "select pg_create_restore_point('before_release')");
        await server.ExecuteAsync("postgres", "insert into rows select generate_series(4001, 5000)");
        await taken.ArchiveAsync();
        var last = await NowAsync(server);
        await server.StopAsync();

        Assert.Equal(5000, await RowsAsync(server, taken, "latest"));
        Assert.Equal(2000, await RowsAsync(server, taken, between));
        Assert.Equal(4000, await RowsAsync(server, taken, "name:before_release"));
        Assert.Equal(1000, await RowsAsync(server, taken, "immediate"));
        var fault = await Assert.ThrowsAsync<Fault>(() => RowsAsync(server, taken, last));
        Assert.Equal(FaultCode.NotFound, fault.Code);
        Assert.Contains("the nearest before is", fault.Why);
    }

    [Fact]
    public async Task What_is_there_is_never_overwritten_and_a_damaged_backup_leaves_nothing_that_starts()
    {
        await using var cluster = await LiveCluster.StartAsync(17);
        var store = new MemoryObjectStore(TimeProvider.System);
        using var taken = new TakenBase(cluster, store);
        await taken.TakeAsync();
        await taken.ArchiveAsync();
        var folder = await FolderAsync(cluster.Server, "there");
        await ChildProcess.OutputAsync("touch", [Path.Combine(folder, "mine")], asServerUser: true);

        var fault = await Assert.ThrowsAsync<Fault>(() => RestoreAsync(taken, folder, "latest"));
        Assert.Equal((FaultCode.Refused, "nothing was changed"), (fault.Code, fault.Left));
        var aside = (await RestoreAsync(taken, folder, "latest", OldContent.MovedAside)).Aside;
        Assert.True(File.Exists(Path.Combine(Assert.Single(aside), "mine")));
        Assert.True(File.Exists(Path.Combine(folder, "global/pg_control")));

        // Of the packs, one that the data lie in.
        var pack = taken.Tiny.Packs.MaxBy(one => one.Size)!.Id;
        await store.DeleteAsync(taken.Tiny.Bases.Keys.Packs.Key(pack), Token);
        var half = await FolderAsync(cluster.Server, "half");
        fault = await Assert.ThrowsAsync<Fault>(() => RestoreAsync(taken, half, "latest"));
        Assert.Equal(FaultCode.Verification, fault.Code);
        Assert.Contains("no server starts from it", fault.Left);
        Assert.False(File.Exists(Path.Combine(half, "global/pg_control")));
        Assert.True(RestoreMark.IsUnfinished(half));
    }

    [Fact]
    public async Task An_old_directory_is_mended_where_it_differs_and_half_work_is_gone_on_with()
    {
        await using var cluster = await LiveCluster.StartAsync(17);
        var store = new MemoryObjectStore(TimeProvider.System);
        using var taken = new TakenBase(cluster, store);
        var server = cluster.Server;
        await server.ExecuteAsync("postgres", "create table rows as select generate_series(1, 200000) n, repeat('x', 40) text");
        await taken.TakeAsync();
        await taken.ArchiveAsync();
        var (folder, other) = (await FolderAsync(server, "old"), await FolderAsync(server, "other"));
        // As a kill leaves it before the very first thing is whole.
        await File.WriteAllTextAsync(Path.Combine(folder, $"12345-{Guid.NewGuid():N}.pending"), "", Token);
        var whole = await RestoreAsync(taken, folder, "latest");
        Assert.Empty(Directory.EnumerateFiles(folder, "*.pending"));
        Assert.Equal(whole.Bytes, whole.Written);

        // One page flipped, one file gone, one too long, one too many, one of two names; and settings that nobody wants any more.
        var large = new DirectoryInfo(Path.Combine(folder, "base")).EnumerateFiles("*", SearchOption.AllDirectories).MaxBy(file => file.Length)!;
        await FlipAsync(large.FullName, 5 * 8192);
        File.Delete(Path.Combine(folder, "global/pg_filenode.map"));
        await File.AppendAllTextAsync(Path.Combine(folder, "postgresql.conf"), "work_mem = '1GB'\n", Token);
        await File.WriteAllTextAsync(Path.Combine(folder, "base", "mine"), "kept by nobody", Token);
        await File.WriteAllTextAsync(Path.Combine(folder, "pg_notify", "0000"), "old", Token);
        var linked = Path.Combine(Path.GetDirectoryName(folder)!, "linked");
        await ChildProcess.OutputAsync("ln", [Path.Combine(folder, "PG_VERSION"), linked], asServerUser: true);
        await File.AppendAllTextAsync(linked, "\n", Token);

        var outlook = await Runner(taken).LookAsync(Options(folder, "latest", OldContent.Mended), new Tidemark.Postgres.PostgresBinaries(null), new Progress<BaseRestoreProgress>(), Token);
        Assert.True(outlook.Delta is { Removed: >= 2 } delta && delta.Bytes < whole.Bytes / 4 && delta.FirstRemoved.Contains("base/mine"), $"{outlook.Delta}");
        Assert.True(File.Exists(Path.Combine(folder, "base", "mine")));

        var mended = await RestoreAsync(taken, folder, "latest", OldContent.Mended);
        Assert.InRange(mended.Written, 1, whole.Bytes / 4);
        Assert.Equal(outlook.Delta!.Bytes, mended.Written);
        Assert.Contains(mended.Aside, path => path.StartsWith($"{folder}.pg_wal-before-", StringComparison.Ordinal) && Directory.EnumerateFiles(path).Any());
        Assert.False(File.Exists(Path.Combine(folder, "base", "mine")) || File.Exists(Path.Combine(folder, "pg_notify", "0000")));
        Assert.Equal(3, new FileInfo(linked).Length - 1);
        await ChildProcess.OutputAsync(Path.Combine(server.Clients, "pg_verifybackup"), ["-q", folder], asServerUser: true);

        // Another cluster's folder, and one that is none, stay as they are.
        await File.WriteAllTextAsync(Path.Combine(other, "mine"), "kept", Token);
        var fault = await Assert.ThrowsAsync<Fault>(() => RestoreAsync(taken, other, "latest", OldContent.Mended));
        Assert.Equal((FaultCode.Refused, "nothing was changed"), (fault.Code, fault.Left));
        Assert.True(File.Exists(Path.Combine(other, "mine")));

        // As a kill leaves it: a mark, no pg_control, half of the files, and of one the half.
        new RestoreMark { WasEmpty = true }.Write(folder);
        File.Delete(Path.Combine(folder, "global/pg_control"));
        Directory.Delete(Path.Combine(folder, "pg_xact"), recursive: true);
        await using (var cut = new FileStream(large.FullName, FileMode.Open)) cut.SetLength(cut.Length / 2);
        var rest = await RestoreAsync(taken, folder, "latest");
        Assert.InRange(rest.Written, large.Length / 2, (large.Length / 2) + (whole.Bytes / 4));
        Assert.False(File.Exists(Path.Combine(folder, RestoreMark.Name)));
        await ChildProcess.OutputAsync(Path.Combine(server.Clients, "pg_verifybackup"), ["-q", folder], asServerUser: true);
    }

    private static async Task FlipAsync(string path, long at)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        file.Position = at;
        var value = file.ReadByte();
        file.Position = at;
        file.WriteByte((byte)(value ^ 1));
    }

    private static async Task<string> NowAsync(PostgresServer server) =>
        (await server.ScalarAsync<string>("postgres", "select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"))!;

    private static async Task<BaseRestoreReport> RestoreAsync(TakenBase taken, string folder, string at, OldContent old = OldContent.Refused) =>
        (await Runner(taken).RunAsync(Options(folder, at, old), null, new Progress<BaseRestoreProgress>(), Token)).Report;

    private static BaseRestoreRunner Runner(TakenBase taken) => new([taken.Tiny.Store], taken.Tiny.Seals, KnownWriters.Read(taken.Tiny.State.Path), TimeProvider.System, _ => { });

    private static BaseRestoreOptions Options(string folder, string at, OldContent old) => new(null, folder, RecoveryTarget.Parse(at), null) { Old = old, Fetch = new FetchCall(["/nowhere/tidemark"], [], []) };

    /// <summary>Restores, has PostgreSQL's own check look at it, starts it, and counts.</summary>
    private static async Task<long> RowsAsync(PostgresServer server, TakenBase taken, string at)
    {
        var folder = await FolderAsync(server, $"restored-{at.Replace(':', '-')}");
        await RestoreAsync(taken, folder, at);
        await ChildProcess.OutputAsync(Path.Combine(server.Clients, "pg_verifybackup"), [File.Exists(Path.Combine(server.Clients, "pg_waldump")) && server.Clients == server.Programs ? "-q" : "-nq", folder], asServerUser: true);
        await using var restored = await PostgresServer.StartAsync(server.Major, new ServerOptions { DataFrom = folder });
        // It takes connections as soon as it is consistent, and goes on from there.
        while (await restored.ScalarAsync<bool>("postgres", "select pg_is_in_recovery() and not pg_is_wal_replay_paused()")) await Task.Delay(50, Token);
        Assert.Equal("off", await restored.ScalarAsync<string>("postgres", "show archive_mode"));
        return await restored.ScalarAsync<long>("postgres", "select count(*) from rows");
    }

    /// <summary>Empty, and the server's user's.</summary>
    private static async Task<string> FolderAsync(PostgresServer server, string name)
    {
        var folder = Path.Combine(Path.GetDirectoryName(server.DataFolder)!, name, "data");
        await ChildProcess.OutputAsync("mkdir", ["-p", folder], asServerUser: true);
        return folder;
    }
}
