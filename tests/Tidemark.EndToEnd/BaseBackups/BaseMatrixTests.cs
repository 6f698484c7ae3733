using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.BaseBackups;

/// <summary>A full backup, an increment, a moment between two commits, and back to it: on every major, read from the disk and over SQL, encrypted and not, in a folder and in S3.</summary>
public sealed class BaseMatrixTests : IDisposable
{
    private readonly Servers servers;
    private readonly Scratch scratch = new("matrix");

    public BaseMatrixTests(Servers servers)
    {
        this.servers = servers;
        File.SetUnixFileMode(scratch.Folder, (UnixFileMode)Convert.ToInt32("1777", 8));
    }

    public void Dispose() => scratch.Dispose();

    public static TheoryData<int, bool, bool, bool> Sample => new() { { 13, true, true, false }, { 17, false, true, true } };

    public static TheoryData<int, bool, bool, bool> All
    {
        get
        {
            var all = new TheoryData<int, bool, bool, bool>();
            foreach (var major in Servers.AllMajors)
                for (var bits = 0; bits < 8; bits++) all.Add(major, (bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0);
            return all;
        }
    }

    [Theory, MemberData(nameof(Sample))]
    public Task A_moment_after_a_backup_comes_back(int major, bool isOverSql, bool isSealed, bool isInBucket) => TryAsync(major, isOverSql, isSealed, isInBucket, isInFull: false);

    [Theory, Trait("takes", "minutes"), MemberData(nameof(All))]
    public Task A_moment_after_a_backup_comes_back_whatever_way_it_was_taken(int major, bool isOverSql, bool isSealed, bool isInBucket) => TryAsync(major, isOverSql, isSealed, isInBucket, isInFull: true);

    private async Task TryAsync(int major, bool isOverSql, bool isSealed, bool isInBucket, bool isInFull)
    {
        await using var server = await PostgresServer.StartAsync(major);
        var program = TidemarkProgram.For(server, "postgres", scratch.Folder);
        if (isInBucket) program.With(await servers.NewPlaceAsync("s3"));
        if (isSealed)
        {
            var key = (await program.RunAsync("keys", "generate", scratch["key.txt"], "--json")).Ends().Json.GetProperty("publicKey").GetString()!;
            program.With("BACKUP_ENCRYPT_TO", key).With("BACKUP_IDENTITY", scratch["key.txt"]);
        }
        var taking = new BaseTaking(program, server, isOverSql);
        await server.ExecuteAsync("postgres", "create table told (n int primary key, text text); insert into told select i, repeat(md5(i::text), 20) from generate_series(1, 8000) i");
        await server.ExecuteAsync("postgres", "vacuum told");
        var full = await taking.TakeAsync();
        Assert.Equal((isOverSql, "full"), (taking.WasOverSql, full.GetProperty("type").GetString()));
        await server.ExecuteAsync("postgres", "update told set text = 'changed' where n <= 10; create table later as select i from generate_series(1, 100) i");
        await server.ExecuteAsync("postgres", "checkpoint");
        var increment = await taking.TakeAsync("--incremental");
        Assert.Equal(("incr", full.GetProperty("id").GetString()), (increment.GetProperty("type").GetString(), increment.GetProperty("parent").GetString()));
        Assert.InRange(Added(increment), 1, Added(full) / 4);

        await server.ExecuteAsync("postgres", "insert into told values (10001, 'wanted')");
        await server.ExecuteAsync("postgres", "select pg_sleep(0.05)");
        var moment = (await server.ScalarAsync<string>("postgres", "select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US') || 'Z'"))!;
        await server.ExecuteAsync("postgres", "select pg_sleep(0.05)");
        await server.ExecuteAsync("postgres", "insert into told values (10002, 'not wanted'); drop table later");
        await taking.BringWalAsync();

        (await program.RunAsync("verify", increment.GetProperty("id").GetString()!)).Ends();
        await using var restored = await taking.RestoreAsync(scratch["restored"], "latest", moment);
        Assert.Equal("8001 10001 100", await restored.ScalarAsync<string>("postgres", "select (select count(*) || ' ' || max(n) from told) || ' ' || (select count(*) from later)"));
        Assert.Equal("10", await restored.ScalarAsync<string>("postgres", "select count(*)::text from told where text = 'changed'"));
        // Of the full one too, up to the same moment.
        if (!isInFull) return;
        // Of the full one too, up to the same moment.
        await restored.StopAsync();
        (await program.RunAsync("verify", full.GetProperty("id").GetString()!)).Ends();
        await using var older = await taking.RestoreAsync(scratch["older"], full.GetProperty("id").GetString()!, moment);
        Assert.Equal("8001 10001 100", await older.ScalarAsync<string>("postgres", "select (select count(*) || ' ' || max(n) from told) || ' ' || (select count(*) from later)"));
    }

    private static long Added(System.Text.Json.JsonElement manifest) => manifest.GetProperty("totals").GetProperty("storedBytes").GetInt64();
}
