using System.Text;
using Tidemark.BaseBackups;
using Tidemark.EndToEnd.Support;
using Tidemark.Postgres;
using Tidemark.Postgres.Data;
using Tidemark.Postgres.Wal;
using Tidemark.Tests.Postgres.Replication;

namespace Tidemark.Tests.BaseBackups;

public sealed class BackupSessionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(13)]
    [InlineData(18)]
    public Task A_cluster_taken_over_SQL_starts_with_its_label_and_refuses_to_without(int major) => RoundTripAsync(major, overSql: true);

    [Theory, Trait("takes", "minutes")]
    [InlineData(14)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    public async Task So_does_one_of_each_other_major(int major)
    {
        await RoundTripAsync(major, overSql: true);
        await RoundTripAsync(major, overSql: false);
    }

    [Theory]
    [InlineData(14)]
    [InlineData(17)]
    public async Task The_printed_grants_suffice_and_without_them_they_are_named(int major)
    {
        await using var cluster = await LiveCluster.StartAsync(major);
        await cluster.FurnishAsync();
        var role = "Taker's own";
        await cluster.Server.ExecuteAsync("postgres", $"create role {SqlText.Identifier(role)} login");
        var address = Streaming.Address(cluster.Server.Url()).With("user", role);
        var fault = await Assert.ThrowsAsync<Fault>(() => BackupSession.OpenAsync(address, Token));
        Assert.Equal(FaultCode.AccessDenied, fault.Code);
        await cluster.Server.ExecuteAsync("postgres", $"grant pg_read_all_settings to {SqlText.Identifier(role)}");
        await using (var powerless = await BackupSession.OpenAsync(address, Token))
        {
            fault = await Assert.ThrowsAsync<Fault>(() => powerless.StartAsync("trial", true, Token));
            Assert.Equal(FaultCode.AccessDenied, fault.Code);
            Assert.StartsWith("run as a superuser: grant execute on function", fault.Next);
            await using var files = await SqlClusterFiles.OpenAsync(address, powerless.Facts, Token);
            Assert.Equal(FaultCode.AccessDenied, (await Assert.ThrowsAsync<Fault>(() => files.FolderAsync("", Token))).Code);
        }
        await cluster.Server.ExecuteAsync("postgres", fault.Next!["run as a superuser: ".Length..]);

        await using var session = await BackupSession.OpenAsync(address, Token);
        await session.StartAsync("trial", true, Token);
        await using (var files = await SqlClusterFiles.OpenAsync(address, session.Facts, Token))
            Assert.Contains("global/pg_control", (await LiveCluster.TakeAsync(files, session.Facts)).Keys);
        Assert.Equal("trial", (await session.StopAsync(Token)).Label.Label);
    }

    [Fact]
    public async Task A_session_that_ends_in_the_middle_leaves_nothing_behind_on_the_server()
    {
        await using var cluster = await LiveCluster.StartAsync(17);
        await using (var session = await BackupSession.OpenAsync(cluster.Address, Token))
        {
            await session.StartAsync("left", true, Token);
            Assert.Equal(1, await SessionsAsync(cluster));
        }
        await GoneAsync(cluster);

        await using (var session = await BackupSession.OpenAsync(cluster.Address, Token))
        {
            await session.StartAsync("ended", true, Token);
            await cluster.Server.ExecuteAsync("postgres", "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'tidemark'");
            var fault = await Assert.ThrowsAsync<Fault>(() => session.StopAsync(Token));
            Assert.Equal((FaultCode.Unreachable, true), (fault.Code, fault.Transient));
        }
        await GoneAsync(cluster);
        Assert.Contains("aborting backup due to backend exiting before pg_backup_stop was called", cluster.Server.Log);
        Assert.False(File.Exists(Path.Combine(cluster.Server.DataFolder, BackupLabel.Path)));
    }

    [Fact]
    public async Task What_the_role_or_the_database_sets_does_not_end_or_mislead_the_session()
    {
        await using var cluster = await LiveCluster.StartAsync(17);
        await cluster.Server.ExecuteAsync("postgres", """
            create schema trap;
            create function trap.pg_backend_pid() returns int language sql as 'select 1';
            create function trap.pg_backup_start(text, boolean) returns pg_lsn language sql as 'select ''0/1''::pg_lsn';
            alter role postgres set search_path = trap, pg_catalog;
            alter role postgres set idle_session_timeout = '1500ms'
            """);
        await using var session = await BackupSession.OpenAsync(cluster.Address, Token);
        var start = await session.StartAsync("trial", true, Token);
        Assert.True(start.Lsn > new Lsn(1));
        await Task.Delay(TimeSpan.FromMilliseconds(2000), Token);
        Assert.Equal(start.Lsn, (await session.StopAsync(Token)).Label.Start);
    }

    [Fact]
    public async Task A_pooler_is_refused()
    {
        await using var cluster = await LiveCluster.StartAsync(18);
        await using var pooler = new PoolerLike(cluster.Server.Port);
        var address = Streaming.Address($"postgresql://postgres@127.0.0.1:{pooler.Port}/postgres?sslmode=disable&gssencmode=disable");
        var fault = await Assert.ThrowsAsync<Fault>(() => BackupSession.OpenAsync(address, Token));
        Assert.Equal((FaultCode.Refused, "a connection pooler stands before the server"), (fault.Code, fault.What));
    }

    [Fact]
    public async Task A_standby_is_taken_too_and_a_second_connection_must_reach_the_same_server()
    {
        await using var pair = await StandbyPair.StartAsync(17);
        await using var session = await BackupSession.OpenAsync(Streaming.Address(pair.Standby.Url()), Token);
        Assert.True(session.Facts.IsStandby);
        var start = await session.StartAsync("of the standby", true, Token);
        await Streaming.WorkAsync(pair.Primary, 1);
        var fault = await Assert.ThrowsAsync<Fault>(() => SqlClusterFiles.OpenAsync(Streaming.Address(pair.Primary.Url()), session.Facts, Token));
        Assert.Equal(FaultCode.Unreachable, fault.Code);
        var end = await session.StopAsync(Token);
        Assert.True(end.Label.FromStandby);
        Assert.Equal((start.Lsn, TimelineId.First, TimelineId.First), (end.Label.Start, end.Label.Timeline, end.Timeline));
        Assert.True(end.Stop >= start.Lsn);

        await using var promoted = await BackupSession.OpenAsync(Streaming.Address(pair.Standby.Url()), Token);
        await promoted.StartAsync("across a promotion", true, Token);
        await pair.Standby.PromoteAsync();
        fault = await Assert.ThrowsAsync<Fault>(() => promoted.StopAsync(Token));
        Assert.Equal((FaultCode.Refused, "the standby was promoted during online backup"), (fault.Code, fault.Why));
    }

    [Theory]
    [InlineData(13)]
    [InlineData(14)]
    [InlineData(18)]
    public async Task The_map_is_read_as_the_server_writes_it(int major)
    {
        await using var cluster = await LiveCluster.StartAsync(major);
        var space = cluster.Outside("a\\b\nc d");
        await ChildProcess.OutputAsync("mkdir", [space], asServerUser: true);
        await cluster.Server.ExecuteAsync("postgres", $"create tablespace odd location {SqlText.Literal(space)}");
        await using var session = await BackupSession.OpenAsync(cluster.Address, Token);
        await session.StartAsync("trial", true, Token);
        var end = await session.StopAsync(Token);
        var map = Encoding.UTF8.GetString(end.TablespaceMapBytes);
        Assert.Equal([(Assert.Single(session.Facts.Tablespaces).Oid, space)], TablespaceMap.Parse(map, major));
        Assert.Equal(map, TablespaceMap.Write(TablespaceMap.Parse(map, major), major));
    }

    private static async Task RoundTripAsync(int major, bool overSql)
    {
        await using var cluster = await LiveCluster.StartAsync(major);
        await cluster.Server.ExecuteAsync("postgres", "create table kept as select i from generate_series(1, 10000) i");
        await using var session = await BackupSession.OpenAsync(cluster.Address, Token);
        var start = await session.StartAsync("round trip", true, Token);
        await cluster.Server.ExecuteAsync("postgres", "insert into kept select i from generate_series(1, 10000) i");
        var folder = Workshop.NewPath("restored");
        await using (var files = await cluster.FilesAsync(session.Facts, overSql))
        {
            await LayAsync(files, session.Facts, folder);
            await cluster.Server.ExecuteAsync("postgres", "insert into kept select i from generate_series(1, 10000) i");
            var (control, read) = await ControlFileReader.ReadAsync(files, Token);
            Assert.True(read.Checkpoint.Redo >= start.Lsn);
            Same(session.Facts, read);
            await File.WriteAllBytesAsync(Path.Combine(folder, ControlFile.Path), ControlFile.WithoutCheckpoint(control), Token);
        }
        var end = await session.StopAsync(Token);
        Assert.Equal(start.Lsn, end.Label.Start);
        Assert.True(end.Stop > start.Lsn && end.Time >= start.Time);
        Assert.Contains(new DatabaseCollation("postgres", "libc", "C.UTF-8", null), session.Facts.Collations.Select(one => one with { Version = null }));
        await ChildProcess.OutputAsync("sh", ["-c", "cp \"$0\"/pg_wal/0* \"$1\"/pg_wal/ && chown -R --reference=\"$0\" \"$1\" && chmod -R go= \"$1\"", cluster.Server.DataFolder, folder]);

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => PostgresServer.StartAsync(major, new ServerOptions { DataFrom = folder }));
        Assert.Contains("could not locate a valid checkpoint record", refused.Message);
        await File.WriteAllBytesAsync(Path.Combine(folder, BackupLabel.Path), end.LabelBytes, Token);
        await ChildProcess.OutputAsync("chown", ["--reference", folder, Path.Combine(folder, BackupLabel.Path)]);
        await using var restored = await PostgresServer.StartAsync(major, new ServerOptions { DataFrom = folder });
        Assert.Equal(30_000, await restored.ScalarAsync<long>("postgres", "select count(*) from kept"));
    }

    private static void Same(ClusterFacts facts, ControlFile control) => Assert.Equal(
        (control.SystemIdentifier, control.CatalogVersion, control.DataChecksumVersion > 0, control.Sizes.PageBytes, control.Sizes.SegmentPages, control.Sizes.WalSegmentBytes),
        (facts.SystemIdentifier, facts.CatalogVersion, facts.HasChecksums, facts.PageBytes, facts.SegmentPages, facts.WalSegmentBytes));

    private static async Task LayAsync(IClusterFiles files, ClusterFacts facts, string folder)
    {
        Directory.CreateDirectory(folder);
        await foreach (var (entry, fate) in new ClusterListing(files, new BackupSelection(facts.VersionFolder, facts.TablespacesInside)).WalkAsync(Token))
        {
            Assert.NotEqual(EntryFate.Refused, fate);
            var path = Path.Combine(folder, entry.Path);
            if (entry.Kind != ClusterEntryKind.File) Directory.CreateDirectory(path);
            else
            {
                var bytes = new byte[entry.Length];
                if (await files.ReadAsync(entry.Path, 0, bytes, Token) is { } read) await File.WriteAllBytesAsync(path, bytes[..read], Token);
            }
        }
    }

    private static async Task<long> SessionsAsync(LiveCluster cluster) => await cluster.Server.ScalarAsync<long>("postgres", "select count(*) from pg_stat_activity where application_name = 'tidemark'");

    private static async Task GoneAsync(LiveCluster cluster)
    {
        while (await SessionsAsync(cluster) > 0) await Task.Delay(20, Token);
    }
}
