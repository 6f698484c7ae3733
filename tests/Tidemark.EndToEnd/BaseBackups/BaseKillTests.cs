using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.BaseBackups;

/// <summary>What takes minutes: many kills at random moments of a backup, of the server that it is of, and of the store that it goes to.</summary>
public sealed class BaseKillTests : IDisposable
{
    /// <summary>TIDEMARK_KILLS, for who tries it.</summary>
    private static readonly int Kills = Environment.GetEnvironmentVariable("TIDEMARK_KILLS") is { } few ? int.Parse(few, CultureInfo.InvariantCulture) : 50;

    private readonly Scratch scratch = new("kills");

    public BaseKillTests() => File.SetUnixFileMode(scratch.Folder, (UnixFileMode)Convert.ToInt32("1777", 8));

    public void Dispose() => scratch.Dispose();

    [Theory, Trait("takes", "minutes")]
    [InlineData("backup")]
    [InlineData("server")]
    [InlineData("store")]
    public async Task Killed_fifty_times_nothing_false_is_listed_and_the_next_one_succeeds_without_help(string victim)
    {
        await using var server = await PostgresServer.StartAsync(17);
        await using var s3 = victim == "store" ? await S3Server.StartAsync() : null;
        var program = TidemarkProgram.For(server, "postgres", scratch.Folder);
        if (s3 is not null) program.With(await s3.NewPlaceAsync());
        await server.ExecuteAsync("postgres", "create table work (id bigint, text text); insert into work select i, repeat(md5(i::text), 20) from generate_series(1, 60000) i");
        var usual = Stopwatch.StartNew();
        (await program.RunAsync("backup", "--kind", "base")).Ends();
        // Most kills are to come while it copies, some while it begins, some when it has ended.
        var longest = (int)usual.ElapsedMilliseconds;
        var seed = Stopwatch.GetTimestamp();
        var chance = seed;
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}, one backup takes {longest} ms");
        var (made, failed) = (1, 0);
        for (var kill = 0; kill < Kills; kill++)
        {
            await server.ExecuteAsync("postgres", $"update work set text = repeat(md5(random()::text), 20) where id between {kill * 100} and {(kill * 100) + 3000}");
            var taken = await program.StartAsync(["backup", "--kind", "base", .. kill % 2 == 0 ? (string[])[] : ["--incremental"]]);
            await taken.WriteAsync(null);
            chance = unchecked((chance * 6364136223846793005) + 1442695040888963407);
            await Task.Delay(TimeSpan.FromMilliseconds((chance >>> 33) % longest), TestContext.Current.CancellationToken);
            switch (victim)
            {
                case "backup":
                    taken.KillAll();
                    break;
                case "server":
                    await server.CrashAsync();
                    await server.StartAsync();
                    program.With("DATABASE_URL", server.Url());
                    break;
                default:
                    await s3!.Gateway.KillAsync();
                    await s3.Gateway.StartAsync();
                    break;
            }
            var ended = await taken.EndAsync(TimeSpan.FromMinutes(4));
            await taken.DisposeAsync();
            if (ended.ExitCode == 0) made++;
            else failed++;
            var listed = (await program.RunAsync("list", "--json")).Ends().Json.GetProperty("backups").EnumerateArray().ToList();
            Assert.All(listed, one => Assert.Equal("good", one.GetProperty("state").GetString()));
            // One that was killed between its manifest and its last word exists all the same.
            Assert.InRange(listed.Count, made, made + (victim == "backup" ? failed : 0));
            made = listed.Count;
            failed = 0;
        }
        var last = (await program.RunAsync("backup", "--kind", "base", "--incremental")).Ends().Output.Split(' ')[2];
        (await program.RunAsync(["verify", "--all"], null, TimeSpan.FromMinutes(20))).Ends();
        var rows = await RowsAsync(server);
        await using var restored = await new BaseTaking(program, server, isOverSql: false).RestoreAsync(scratch["restored"], last, "latest");
        Assert.Equal(rows, await RowsAsync(restored));
        Assert.Equal(0, await server.ScalarAsync<long>("postgres", "select count(*) from pg_replication_slots"));
    }

    private static async Task<string> RowsAsync(PostgresServer server)
    {
        await using var connection = await server.OpenAsync();
        await using var command = new NpgsqlCommand("select md5(string_agg(id || text, ',' order by id, text)) from work", connection);
        return (string)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }
}
