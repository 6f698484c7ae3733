using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.BaseBackups;

/// <summary>A cluster with one thing of each kind that is easily forgotten.</summary>
public sealed class OddClusterTests : IDisposable
{
    private const string Told = "select concat_ws(' ', (select count(*) from far), (select count(*) from near), (select count(*) from fleeting), (select count(*) from large), (select count(*) from pg_prepared_xacts), (select sum(length(text)) from large))";

    private readonly Scratch scratch = new("odd");

    public OddClusterTests() => File.SetUnixFileMode(scratch.Folder, (UnixFileMode)Convert.ToInt32("1777", 8));

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Tablespaces_far_and_in_place_unlogged_tables_prepared_transactions_a_linked_pg_wal_and_small_segments_come_back(bool isOverSql)
    {
        await using var server = await PostgresServer.StartAsync(18, new ServerOptions { SegmentMegabytes = 1, Settings = new Dictionary<string, string> { ["allow_in_place_tablespaces"] = "on", ["max_prepared_transactions"] = "2", ["wal_keep_size"] = "200MB" } });
        await server.StopAsync();
        await ChildProcess.OutputAsync("sh", ["-c", "mv \"$0/pg_wal\" \"$1/wal\" && ln -s \"$1/wal\" \"$0/pg_wal\" && mkdir \"$1/far\"", server.DataFolder, scratch.Folder], asServerUser: true);
        await server.StartAsync();
        var program = TidemarkProgram.For(server, "postgres", scratch.Folder);
        foreach (var sql in new[]
        {
            $"create tablespace far location '{scratch["far"]}'", "create tablespace near location ''", "create table far tablespace far as select generate_series(1, 3000) i", "create table near tablespace near as select generate_series(1, 2000) i",
            "create unlogged table fleeting as select generate_series(1, 1000) i", "create table large as select i, repeat(md5(i::text), 200) as text from generate_series(1, 2000) i", "begin; insert into near values (0); prepare transaction 'open'",
        }) await server.ExecuteAsync("postgres", sql);
        var taking = new BaseTaking(program, server, isOverSql);
        await taking.TakeAsync();
        await server.ExecuteAsync("postgres", "insert into far select generate_series(1, 5)");
        var id = (await taking.TakeAsync("--incremental")).GetProperty("id").GetString()!;
        Assert.Equal(isOverSql, taking.WasOverSql);
        (await program.RunAsync("verify", id)).Ends();
        var before = (await server.ScalarAsync<string>("postgres", Told))!;
        Assert.StartsWith("3005 2000 1000 2000 1 ", before, StringComparison.Ordinal);

        await server.StopAsync();
        Directory.Move(scratch["far"], scratch["far.before"]);
        await using var restored = await taking.RestoreAsync(scratch["restored"], id, "latest");
        // What is not logged comes back empty, as after a crash.
        Assert.Equal(before.Replace(" 1000 ", " 0 ", StringComparison.Ordinal), await restored.ScalarAsync<string>("postgres", Told));
        await restored.ExecuteAsync("postgres", "commit prepared 'open'");
        Assert.Equal("2001", await restored.ScalarAsync<string>("postgres", "select count(*)::text from near"));
    }
}
