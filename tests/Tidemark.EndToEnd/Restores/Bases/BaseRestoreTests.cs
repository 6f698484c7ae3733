using Tidemark.EndToEnd.Dumps;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Restores.Bases;

/// <summary>A whole server, from a base backup and the WAL behind it, by the command, and started by PostgreSQL.</summary>
public sealed partial class BaseRestoreTests(RestorableServer source) : IClassFixture<RestorableServer>, IDisposable
{
    private readonly Scratch scratch = new("restored");

    private static readonly string[] Volatile =
    [
        "targetDir", "stopLsn", "reached", "redoLsn", "consistentLsn", "consistentAt", "dataBytes", "walSegments", "walBytes", "16384", "pg_tblspc/16384", "recovery_target_lsn", "leastSeconds", "mostSeconds", "restoresMeasured", "serverPrograms",
        "files", "writtenBytes", "lastCommit", "seconds",
        // Another test promotes a server that archives.
        "timeline", "recovery_target_timeline",
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("latest", 4000)]
    [InlineData("time", 2000)]
    public async Task It_comes_back_as_it_was_at_the_target(string at, long rows) => Assert.Equal(rows, await RestoredRowsAsync(at));

    [Theory, Trait("takes", "minutes")]
    [InlineData("xid", 3000)]
    [InlineData("lsn", 3000)]
    [InlineData("name", 3000)]
    [InlineData("immediate", 1000)]
    public async Task So_it_does_at_every_other_kind_of_target(string at, long rows) => Assert.Equal(rows, await RestoredRowsAsync(at));

    [Fact]
    public async Task What_cannot_be_reached_is_refused_with_the_nearest_moments_and_nothing_is_made()
    {
        var program = source.Program(scratch);
        async Task RefusedAsync(int exit, string expected, params string[] words)
        {
            var result = (await program.RunAsync(["restore", .. words])).Ends(exit);
            Assert.Contains(expected, result.Errors, StringComparison.Ordinal);
        }

        var folder = await RestorableServer.FolderAsync(scratch, "data");
        await RefusedAsync(4, "the nearest before is", "latest", "--target-dir", folder, "--at", "2099-01-01T00:00:00Z");
        await RefusedAsync(4, "the nearest after is", "latest", "--target-dir", folder, "--at", "2001-01-01T00:00:00Z");
        await RefusedAsync(4, "nowhere in the stored log", "latest", "--target-dir", folder, "--at", "name:no_such_point");
        await RefusedAsync(2, "a time needs its zone", "latest", "--target-dir", folder, "--at", "2026-01-01 00:00:00");
        await RefusedAsync(4, "no base backup of this id", "20200101T000000Z-000000", "--target-dir", folder);
        await RefusedAsync(2, "needs --target-dir", "latest", "--at", "immediate");
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder));

        await ChildProcess.OutputAsync("touch", [Path.Combine(folder, "mine")], asServerUser: true);
        await RefusedAsync(5, "--move-aside", "latest", "--target-dir", folder);
        await RefusedAsync(5, "no PG_VERSION", "latest", "--target-dir", folder, "--delta");
        Assert.Equal("mine", Path.GetFileName(Assert.Single(Directory.EnumerateFileSystemEntries(folder))));
    }

    [Fact]
    public async Task Its_documents_are_as_approved_and_a_dry_run_does_nothing()
    {
        var (program, folder) = (source.Program(scratch), await RestorableServer.FolderAsync(scratch, "data"));
        string[] words = ["restore", "latest", "--target-dir", folder, "--at", source.AtTwoThousand, "--tablespace", $"{source.Tablespace}={scratch["moved"]}", "--json"];
        var plan = (await program.RunAsync([.. words, "--dry-run"])).Ends();
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
        var done = (await program.RunAsync(words)).Ends();
        // What other tests restored before is measured; of one, nobody knows how much it varies.
        plan = plan with { Output = plan.Output.Replace("\"mostSeconds\": null", "\"mostSeconds\": 0", StringComparison.Ordinal) };
        Assert.Multiple(() => JsonShapeTests.AssertApproved("base-restore-dry-run", plan, "Restores/Bases", Volatile), () => JsonShapeTests.AssertApproved("base-restore", done, "Restores/Bases", Volatile));

        // Without its label no server can take it for a crashed one.
        File.Delete(Path.Combine(folder, "backup_label"));
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => PostgresServer.StartAsync(RestorableServer.Major, new ServerOptions { DataFrom = folder }));
        Assert.Contains("could not locate a valid checkpoint record", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_there_is_no_room_for_the_WAL_the_server_fetches_it_and_too_little_room_is_told_before_anything_is_written()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root can mount a disk");
        await using var disk = await SmallDisk.MountAsync(scratch["small"], "45m", ServerUser.Switch[0].Split('=')[1]);
        string[] words = ["restore", "latest", "--target-dir", scratch["small"], "--tablespace", $"{source.Tablespace}={scratch["moved"]}"];
        await using var other = await SmallDisk.MountAsync(scratch["moved"], "1m", ServerUser.Switch[0].Split('=')[1]);
        Assert.Equal("fetch", (await source.Program(scratch).RunAsync([.. words, "--dry-run", "--json"])).Ends().Json.GetProperty("plan").GetProperty("wal").GetString());
        Assert.Contains("--wal fetch", (await source.Program(scratch).RunAsync([.. words, "--wal", "local"])).Ends(15).Errors, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(scratch["small"]));
    }

    private async Task<long> RestoredRowsAsync(string at)
    {
        var target = at switch { "time" => source.AtTwoThousand, "xid" => $"xid:{source.Transaction}", "lsn" => source.Place, "name" => "name:before_release", _ => at };
        var folder = await RestorableServer.FolderAsync(scratch, "data");
        var moved = scratch["moved"];
        (await source.Program(scratch).RunAsync("restore", "latest", "--target-dir", folder, "--at", target, "--tablespace", $"{source.Tablespace}={moved}")).Ends();
        var clients = PostgresPrograms.Clients(RestorableServer.Major);
        await ChildProcess.OutputAsync(Path.Combine(clients, "pg_verifybackup"), ["-q", folder], asServerUser: true);
        return await RestorableServer.RowsAsync(folder);
    }
}
