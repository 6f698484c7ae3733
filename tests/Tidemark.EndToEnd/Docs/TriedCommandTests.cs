using System.Diagnostics;
using System.Text.RegularExpressions;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Docs;

public sealed partial class TriedCommandTests(Servers servers)
{
    /// <summary>The blocks that are marked as tried, run in order as one script in a fresh folder, each page with a database of its own.</summary>
    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/cli.md")]
    [InlineData("docs/runbook.md")]
    public async Task What_a_page_tells_to_type_works(string page)
    {
        var server = await servers.OfAsync(15);
        var database = await server.CreateDatabaseAsync("docs");
        await server.ExecuteAsync(database, "create table trades (id int primary key, price numeric); insert into trades select n, n * 1.5 from generate_series(1, 100) n");
        using var scratch = new Scratch();
        var shown = Blocks().Matches(await File.ReadAllTextAsync(Path.Combine(Workshop.Repository, page), TestContext.Current.CancellationToken)).Select(match => match.Groups[1].Value).ToList();
        Assert.NotEmpty(shown);

        var program = TidemarkProgram.For(server, database, scratch.Folder);
        // Where the pages begin, backups are taken already.
        (await program.RunAsync("backup")).Ends();
        var file = TidemarkProgram.File;
        await File.WriteAllTextAsync(scratch["tidemark"], $"#!/bin/sh\nexec {(file.EndsWith(".dll", StringComparison.Ordinal) ? "dotnet " : "")}'{file}' \"$@\"\n", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(scratch["tidemark"], (UnixFileMode)Convert.ToInt32("755", 8));
        var start = new ProcessStartInfo("/bin/sh", ["-eux", "-c", string.Join('\n', shown)]) { WorkingDirectory = scratch.Folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Clear();
        foreach (var (name, value) in program.Environment) start.Environment[name] = value;
        start.Environment["PATH"] = scratch.Folder + ":" + program.Environment["PATH"];

        await using var running = new RunningProgram(await ChildProcess.StartAsync(start), page);
        await running.WriteAsync(null);
        (await running.EndAsync()).Ends();
        Assert.Equal(100, await server.ScalarAsync<long>(database, "select count(*) from trades"));
    }

    [GeneratedRegex(@"<!-- tried -->\n```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Blocks();
}
