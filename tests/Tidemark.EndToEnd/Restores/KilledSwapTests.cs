using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Restores;

/// <summary>kill -9 and lost connections at every step of a swap and of an undo. The server is made to wait at the step, so that each is hit for sure.</summary>
public sealed class KilledSwapTests : IAsyncLifetime
{
    private PostgresServer server = null!;

    public async ValueTask InitializeAsync() => server = await PostgresServer.StartAsync(15);

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Theory]
    [InlineData(SwapStage.Closing, false)]
    [InlineData(SwapStage.EndingSessions, false)]
    [InlineData(SwapStage.Renaming, false)]
    [InlineData(SwapStage.Committing, false)]
    [InlineData(SwapStage.Closing, true)]
    [InlineData(SwapStage.EndingSessions, true)]
    [InlineData(SwapStage.Committing, true)]
    public async Task A_killed_swap_or_undo_is_done_or_not_begun_and_the_next_start_repairs_and_tells(SwapStage stage, bool ofUndo)
    {
        using var shop = await Shop.OpenAsync(server);
        await PrepareAsync(shop, ofUndo);
        await using (var pause = new Pause(server, shop.Database, stage))
        await using (var running = await StartAsync(shop, ofUndo, pause))
        {
            await pause.ReachedAsync();
            running.Kill();
            await running.EndAsync();
        }

        // What the server was doing for it comes to its end.
        await Until.TrueAsync(() => server.ScalarAsync<bool>("postgres", "SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'tidemark')"));
        var old = ofUndo ? 1 : 2;
        var expected = stage == SwapStage.Committing ? 3 - old : old;
        Assert.Equal(2, (await shop.DatabasesAsync()).Length);

        // A second kind of start would do as well; this one changes nothing by itself.
        var next = (await shop.Program.RunAsync("restore", "latest", "--dry-run")).Ends();
        Assert.Contains("tidied up: ", next.Errors, StringComparison.Ordinal);
        Assert.Contains(stage == SwapStage.Committing ? "completed the record" : "was ended before its renames", next.Errors, StringComparison.Ordinal);
        Assert.Equal(expected, await shop.VersionAsync());
        Assert.Equal(3 - expected, await shop.VersionAsync((await shop.DatabasesAsync()).Single(name => name != shop.Database)));
        Assert.DoesNotContain("tidied up", (await shop.Program.RunAsync("restore", "latest", "--dry-run")).Ends().Errors, StringComparison.Ordinal);

        // And the way back is open, where there is one: an undo that was not begun or a swap that was done.
        var back = await shop.Program.RunAsync("undo");
        Assert.Equal(ofUndo == (stage == SwapStage.Committing) ? 4 : 0, back.ExitCode);
        Assert.Equal(2, await shop.VersionAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_connection_lost_while_the_commit_is_under_way_ends_well_when_the_commit_did(bool ofUndo)
    {
        using var shop = await Shop.OpenAsync(server);
        await PrepareAsync(shop, ofUndo);
        await using var pause = new Pause(server, shop.Database, SwapStage.Committing);
        await using var running = await StartAsync(shop, ofUndo, pause);
        await pause.ReachedAsync();
        await server.ExecuteAsync("postgres", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
        await pause.EndAsync();

        (await running.EndAsync()).Ends();
        Assert.Equal(ofUndo ? 2 : 1, await shop.VersionAsync());
        Assert.Equal(2, (await shop.DatabasesAsync()).Length);
    }

    [Fact]
    public async Task A_connection_lost_before_the_commit_leaves_the_live_database_open_and_says_so()
    {
        using var shop = await Shop.OpenAsync(server);
        await PrepareAsync(shop, ofUndo: false);
        await using var pause = new Pause(server, shop.Database, SwapStage.Renaming);
        await using var running = await StartAsync(shop, ofUndo: false, pause);
        await pause.ReachedAsync();
        await server.ExecuteAsync("postgres", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'tidemark' AND state = 'active'");
        await pause.EndAsync();

        var failed = (await running.EndAsync()).Ends(1);
        Assert.Contains("nothing was renamed", failed.Errors, StringComparison.Ordinal);
        Assert.Equal(2, await shop.VersionAsync());
    }

    [Fact]
    public async Task A_server_that_crashes_in_the_middle_is_told_and_repaired_when_it_is_back()
    {
        using var shop = await Shop.OpenAsync(server);
        await PrepareAsync(shop, ofUndo: false);
        await using var pause = new Pause(server, shop.Database, SwapStage.Renaming);
        await using var running = await StartAsync(shop, ofUndo: false, pause);
        await pause.ReachedAsync();
        await server.CrashAsync();
        var failed = (await running.EndAsync()).Ends(13);
        Assert.Contains("no database is lost", failed.Errors, StringComparison.Ordinal);
        await server.StartAsync();
        shop.Program.With("DATABASE_URL", server.Url(shop.Database));
        Assert.Contains("was ended before its renames", (await shop.Program.RunAsync("restore", "latest", "--dry-run")).Errors, StringComparison.Ordinal);
        Assert.Equal(2, await shop.VersionAsync());
    }

    [Fact]
    public async Task A_restore_killed_while_rows_come_in_is_swept_at_the_next_start_and_nothing_else_is()
    {
        // The index takes its time only in the copy.
        using var shop = await Shop.OpenAsync(server, sql: """
            CREATE FUNCTION slow(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN IF current_database() LIKE '%restored%' THEN PERFORM pg_sleep(600); END IF; RETURN $1; END $$;
            CREATE INDEX ON orders (public.slow(id));
            """);
        await server.ExecuteAsync("postgres", $"CREATE DATABASE {shop.Database}_restored_mine TEMPLATE template0");
        await shop.BackUpAsync();
        await using (var running = await shop.Program.StartAsync("restore", "latest"))
        {
            await Until.TrueAsync(() => server.ScalarAsync<bool>("postgres", "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep')"));
            running.Kill();
            await running.EndAsync();
        }

        Assert.Equal(3, (await shop.DatabasesAsync()).Length);
        var next = (await shop.Program.RunAsync("restore", "latest", "--dry-run")).Ends();
        Assert.Contains($"tidied up: dropped \"{shop.Database}_restored_2", next.Errors, StringComparison.Ordinal);
        Assert.Equal([shop.Database, shop.Database + "_restored_mine"], await shop.DatabasesAsync());
    }

    /// <summary>Live at version 2 with a backup of version 1; for an undo: swapped, so that live is at version 1.</summary>
    private static async Task PrepareAsync(Shop shop, bool ofUndo)
    {
        await shop.BackUpAsync();
        await shop.MoveOnAsync();
        if (ofUndo)
        {
            (await shop.Program.RunAsync("restore", "latest", "--swap")).Ends();
        }
        else
        {
            await ChildProcess.OutputAsync("mkfifo", [Path.Combine(shop.Folder, "gate")]);
        }
    }

    /// <summary>A restore is paused after its rows have come in, in the before-swap hook; an undo from its start.</summary>
    private static async Task<RunningProgram> StartAsync(Shop shop, bool ofUndo, Pause pause)
    {
        if (ofUndo)
        {
            await pause.BeginAsync();
            return await shop.Program.StartAsync("undo");
        }

        var running = await shop.Program.With("BACKUP_HOOK_BEFORE_SWAP", "echo waiting; read x < gate").StartAsync("restore", "latest", "--swap");
        await running.SaysAsync("waiting");
        shop.Program.With("BACKUP_HOOK_BEFORE_SWAP", null);
        await pause.BeginAsync();
        await File.WriteAllTextAsync(Path.Combine(shop.Folder, "gate"), "on\n", TestContext.Current.CancellationToken);
        return running;
    }
}
