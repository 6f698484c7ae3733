using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Restores.Bases;

/// <summary>A server whose catalogue says that its text was sorted by rules that no machine has.</summary>
public sealed class CollationTests : IDisposable
{
    private readonly Scratch scratch = new("sorted");

    public CollationTests() => File.SetUnixFileMode(scratch.Folder, (UnixFileMode)Convert.ToInt32("1777", 8));

    public void Dispose() => scratch.Dispose();

    [Fact]
    public async Task Text_that_was_sorted_by_other_rules_is_told_with_what_to_do_and_that_is_the_end_of_it()
    {
        await using var server = await PostgresServer.StartAsync(17);
        await server.ExecuteAsync("postgres", "create database shop template template0 locale_provider icu icu_locale 'en'");
        await server.ExecuteAsync("shop", "create collation odd (provider = icu, locale = 'de'); create table told (text text collate odd primary key); insert into told values ('ä'), ('z'); create collation unused (provider = icu, locale = 'fr')");
        await server.ExecuteAsync("shop", "update pg_database set datcollversion = '1.0' where datname = 'shop'; update pg_collation set collversion = '2.0' where collname in ('odd', 'unused')");
        var program = TidemarkProgram.For(server, "postgres", scratch.Folder);
        (await program.RunAsync("backup", "--kind", "base")).Ends();
        program.With("PATH", $"{server.Programs}:{program.Environment["PATH"]}");
        var (folder, port) = (await RestorableServer.FolderAsync(scratch, "data"), Ports.Free());
        var done = (await program.RunAsync("restore", "latest", "--target-dir", folder, "--start", "--promote", "--port", $"{port}", "--json")).Ends();
        try
        {
            var told = done.Json.GetProperty("warnings").EnumerateArray().Select(one => one.GetString()!).Where(one => one.StartsWith("text in", StringComparison.Ordinal)).ToList();
            Assert.Collection(told,
                one => Assert.Matches("text in database \"shop\" was sorted by icu 1\\.0, and here that is [0-9.]+: .* REINDEX DATABASE \"shop\"; ALTER DATABASE \"shop\" REFRESH COLLATION VERSION;$", one),
                one => Assert.Matches("text in database \"shop\" of collation public\\.odd was sorted by icu 2\\.0, .* REINDEX DATABASE \"shop\"; ALTER COLLATION public\\.odd REFRESH VERSION;$", one));
            // As it was told, by its own words.
            foreach (var statement in told.SelectMany(one => one[one.IndexOf("REINDEX", StringComparison.Ordinal)..].Split("; ")).Distinct())
                await ChildProcess.OutputAsync(Path.Combine(server.Clients, "psql"), ["-X", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", $"{port}", "-U", "postgres", "-d", "shop", "-c", statement]);
        }
        finally
        {
            await ChildProcess.OutputAsync(Path.Combine(server.Programs, "pg_ctl"), ["stop", "-D", folder, "-m", "immediate"], asServerUser: true);
        }
    }
}
