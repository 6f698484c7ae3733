using System.Globalization;
using System.Text.RegularExpressions;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Docs;

public sealed partial class TriedCommandTests
{
    /// <summary>Every page that has something to try.</summary>
    public static TheoryData<string> Pages =>
        [.. Directory.GetFiles(Workshop.Repository, "*.md").Concat(Directory.GetFiles(Path.Combine(Workshop.Repository, "docs"), "*.md"))
            .Where(page => Blocks().IsMatch(File.ReadAllText(page))).Select(page => Path.GetRelativePath(Workshop.Repository, page)).Order()];

    /// <summary>The blocks that are marked as tried, run in order as one script in a fresh folder, each page with a server of its own.</summary>
    [Theory]
    [MemberData(nameof(Pages))]
    public async Task What_a_page_tells_to_type_works(string page)
    {
        await using var server = await PostgresServer.StartAsync(15, new ServerOptions { Settings = new Dictionary<string, string> { ["wal_level"] = "logical" } });
        await using var elsewhere = page == "docs/standby.md" ? await PostgresServer.StartAsync(17) : null;
        var database = await server.CreateDatabaseAsync("docs");
        await server.ExecuteAsync(database, "create table trades (id int primary key, price numeric); insert into trades select n, n * 1.5 from generate_series(1, 100) n");
        using var scratch = new Scratch();
        // Where somebody has fish, this is there.
        Directory.CreateDirectory(scratch[".config", "fish"]);

        var program = TidemarkProgram.For(server, database, scratch.Folder);
        // Where the pages begin, backups are taken already; where the runbook does, something has happened.
        (await program.RunAsync("backup")).Ends();
        if (page == "docs/runbook.md") await server.ExecuteAsync(database, "drop table trades");
        await Bystander.PutProgramAsync(scratch.Folder);
        var shown = Blocks().Matches(await File.ReadAllTextAsync(Path.Combine(Workshop.Repository, page), TestContext.Current.CancellationToken)).Select(match => match.Groups[1].Value);
        program.With("PATH", scratch.Folder + ":" + program.Environment["PATH"]);
        // What the pages say that one has: the address of the copy, and where stock tools find the server.
        program.With("COPY_URL", server.Url("incident_copy")).With("PGHOST", "127.0.0.1").With("PGPORT", server.Port.ToString(CultureInfo.InvariantCulture)).With("PGUSER", "postgres");
        program.With("STANDBY_URL", elsewhere?.Url("shop"));
        (await Bystander.RunAsync(scratch.Folder, program.Environment, TimeSpan.FromMinutes(5), "/bin/sh", "-eux", "-c", string.Join('\n', shown))).Ends();
        Assert.Equal(100, await server.ScalarAsync<long>(database, "select count(*) from trades"));
    }

    [GeneratedRegex(@"<!-- tried -->\n```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Blocks();
}
