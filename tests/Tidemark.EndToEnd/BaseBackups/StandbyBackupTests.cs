using Tidemark.EndToEnd.Dumps;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.BaseBackups;

/// <summary>A standby as the source: it can neither end a segment nor be told to go on with another role.</summary>
public sealed class StandbyBackupTests : IDisposable
{
    private const int Major = 17;

    private readonly Scratch scratch = new("standby");

    public StandbyBackupTests() => File.SetUnixFileMode(scratch.Folder, (UnixFileMode)Convert.ToInt32("1777", 8));

    public void Dispose() => scratch.Dispose();

    [Fact]
    public async Task It_waits_with_words_until_the_primary_ends_its_segment_and_comes_back_with_what_the_standby_had()
    {
        await using var primary = await FurnishedAsync();
        await using var standby = await FollowingAsync(primary);
        var program = TidemarkProgram.For(standby, "postgres", scratch.Folder);
        await using (var taken = await program.StartAsync("backup", "--kind", "base"))
        {
            await taken.SaysAsync("select pg_switch_wal()");
            Assert.Equal(0, (await program.RunAsync("list", "--json")).Ends().Json.GetProperty("backups").GetArrayLength());
            await primary.ExecuteAsync("postgres", "select pg_switch_wal()");
            await taken.WriteAsync(null);
            (await taken.EndAsync()).Ends();
        }
        var id = (await program.RunAsync("list", "--json")).Ends().Json.GetProperty("backups")[0].GetProperty("id").GetString()!;
        var shown = (await program.RunAsync("show", id)).Ends().Output;
        Assert.Contains("a standby", shown, StringComparison.Ordinal);
        (await program.RunAsync("verify", id)).Ends();
        await using var restored = await new BaseTaking(program, standby, isOverSql: false).RestoreAsync(scratch["restored"], id, "latest");
        Assert.Equal("5000", await restored.ScalarAsync<string>("postgres", "select count(*)::text from told"));
        Assert.False(await restored.ScalarAsync<bool>("postgres", "select pg_is_in_recovery()"));
    }

    [Fact]
    public async Task Where_the_address_names_the_primary_too_its_segment_is_ended_there_and_an_increment_builds_on_a_backup_of_the_primary()
    {
        await using var primary = await FurnishedAsync();
        await using var standby = await FollowingAsync(primary);
        var program = TidemarkProgram.For(primary, "postgres", scratch.Folder);
        (await program.RunAsync("backup", "--kind", "base")).Ends();
        await primary.ExecuteAsync("postgres", "insert into told select i, 'later' from generate_series(5001, 5010) i");
        await CaughtUpAsync(primary, standby);
        program.With("DATABASE_URL", $"postgresql://postgres@127.0.0.1:{primary.Port},127.0.0.1:{standby.Port}/postgres?target_session_attrs=standby");
        var said = (await program.RunAsync("backup", "--kind", "base", "--incremental")).Ends();
        Assert.Contains("increment       on ", said.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("pg_switch_wal", said.Errors, StringComparison.Ordinal);
        var id = said.Output.Split(' ')[2];
        (await program.RunAsync("verify", id)).Ends();
        await using var restored = await new BaseTaking(program, standby, isOverSql: false).RestoreAsync(scratch["restored"], id, "latest");
        Assert.Equal("5010", await restored.ScalarAsync<string>("postgres", "select count(*)::text from told"));
    }

    /// <summary>A server stops at the end of a backup when it reads one record more: where none is, it would never stop there.</summary>
    [Fact]
    public async Task A_backup_that_ends_where_the_log_does_comes_back_at_its_end_all_the_same()
    {
        await using var primary = await FurnishedAsync();
        await using var standby = await FollowingAsync(primary);
        await primary.ExecuteAsync("postgres", "checkpoint; select pg_switch_wal()");
        await CaughtUpAsync(primary, standby);
        // What the standby has replayed is on its disk when it has made a restart point.
        await standby.ExecuteAsync("postgres", "checkpoint");
        var program = TidemarkProgram.For(standby, "postgres", scratch.Folder);
        var taking = new BaseTaking(program, standby, isOverSql: false);
        var manifest = await taking.TakeAsync();
        // The edge of a segment, and nothing of the next one is stored.
        Assert.EndsWith("000000", manifest.GetProperty("wal").GetProperty("stop").GetProperty("lsn").GetString(), StringComparison.Ordinal);
        await using var restored = await taking.RestoreAsync(scratch["restored"], manifest.GetProperty("id").GetString()!, "immediate");
        Assert.Equal("5000", await restored.ScalarAsync<string>("postgres", "select count(*)::text from told"));
    }

    [Fact]
    public async Task A_standby_that_is_promoted_meanwhile_gives_no_backup()
    {
        await using var primary = await FurnishedAsync();
        await using var standby = await FollowingAsync(primary);
        var program = TidemarkProgram.For(standby, "postgres", scratch.Folder);
        await using var taken = await program.StartAsync("backup", "--kind", "base");
        await using (var watching = await standby.OpenAsync())
        {
            await using var begun = new Npgsql.NpgsqlCommand("select count(*) from pg_stat_activity where query like '%pg_backup_start%' and pid <> pg_backend_pid()", watching);
            await Waiting.UntilAsync(async () => (long)(await begun.ExecuteScalarAsync(TestContext.Current.CancellationToken))! > 0, "its session begins the backup");
        }
        Signals.ToProcess(taken.Id, Signals.Stop);
        await standby.PromoteAsync();
        Signals.ToProcess(taken.Id, Signals.Continue);
        await taken.WriteAsync(null);
        var refused = (await taken.EndAsync()).Ends(5);
        Assert.Contains("promoted", refused.Errors, StringComparison.Ordinal);
        Assert.Equal(0, (await program.RunAsync("list", "--json")).Ends().Json.GetProperty("backups").GetArrayLength());
    }

    private static async Task<PostgresServer> FurnishedAsync()
    {
        var primary = await PostgresServer.StartAsync(Major);
        await primary.ExecuteAsync("postgres", "create table told (n int primary key, text text); insert into told select i, repeat(md5(i::text), 20) from generate_series(1, 5000) i");
        return primary;
    }

    private static async Task<PostgresServer> FollowingAsync(PostgresServer primary)
    {
        var standby = await primary.StandbyAsync();
        await CaughtUpAsync(primary, standby);
        return standby;
    }

    private static async Task CaughtUpAsync(PostgresServer primary, PostgresServer standby)
    {
        var at = await primary.ScalarAsync<string>("postgres", "select pg_current_wal_lsn()::text");
        await Waiting.UntilAsync(async () => await standby.ScalarAsync<bool>("postgres", $"select pg_last_wal_replay_lsn() >= '{at}'"), "the standby has replayed it");
    }
}
