using System.Globalization;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Demo;

public sealed class DemoTests
{
    [Fact]
    public async Task The_demo_proves_every_row_and_leaves_no_process_and_no_file()
    {
        using var scratch = new Scratch();
        // What belongs to the user is poison here: whoever reads it fails.
        var program = Program(scratch).With("DATABASE_URL", "this is no address").With("BACKUP_DIR", "/proc/nowhere").With("PGSERVICE", "nowhere").With("PGOPTIONS", "-c nonsense=1");
        await File.WriteAllTextAsync(scratch["work", ".env"], "a line that cannot be read", TestContext.Current.CancellationToken);

        var result = (await program.RunAsync(["demo", "--json"], null)).Ends();
        Assert.True(result.Json.GetProperty("proven").GetBoolean());
        var proof = result.Json.GetProperty("proof").EnumerateArray().ToList();
        Assert.Equal(["accounts", "cash_movements", "instruments", "orders", "positions", "trades"], proof.Select(table => table.GetProperty("table").GetString()));
        Assert.All(proof, table => Assert.True(table.GetProperty("rowsAtEnd").GetInt64() > 0));
        var commands = result.Json.GetProperty("steps").EnumerateArray().SelectMany(step => step.GetProperty("commands").EnumerateArray()).Select(command => command.GetString()).ToList();
        Assert.Subset(commands.ToHashSet(), new HashSet<string?> { "tidemark backup", "tidemark restore latest", "tidemark restore latest --swap", "tidemark undo" });
        await AssertNothingIsLeftAsync(scratch);
        Assert.Equal([scratch["work", ".env"]], Directory.GetFileSystemEntries(scratch["work"]));
    }

    [Fact]
    public async Task Ctrl_C_removes_the_server_and_its_folder()
    {
        using var scratch = new Scratch();
        await using var demo = await Program(scratch).StartAsync("demo");
        await demo.SaysAsync("Life goes on");
        Assert.NotEmpty(Folders(scratch));
        demo.Interrupt();
        (await demo.EndAsync()).Ends(130);
        await AssertNothingIsLeftAsync(scratch);
    }

    [Fact]
    public async Task A_killed_demo_takes_its_server_along_and_the_next_one_sweeps_its_folder()
    {
        using var scratch = new Scratch();
        await using (var demo = await Program(scratch).StartAsync("demo"))
        {
            await demo.SaysAsync("Life goes on");
            var server = int.Parse(File.ReadLines(Path.Combine(Folders(scratch).Single(), "server", "data", "postmaster.pid")).First(), CultureInfo.InvariantCulture);
            demo.Kill();
            await demo.EndAsync();
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            while (Directory.Exists($"/proc/{server}")) await Task.Delay(20, patience.Token);
        }
        Assert.Single(Folders(scratch));

        // Into a pipe the story is told without colours.
        var story = (await Program(scratch).RunAsync("demo")).Ends().Output;
        Assert.Contains("$ tidemark restore latest --swap", story, StringComparison.Ordinal);
        Assert.Contains("ERROR:  relation \"trades\" does not exist", story, StringComparison.Ordinal);
        Assert.Contains("Every row came back", story, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', story);
        await AssertNothingIsLeftAsync(scratch);
    }

    /// <summary>With temporary files in a folder of the test's own, so that what is left is seen, and demos of others are not.</summary>
    private static TidemarkProgram Program(Scratch scratch)
    {
        Directory.CreateDirectory(scratch["work"]);
        Directory.CreateDirectory(scratch["tmp"], (UnixFileMode)Convert.ToInt32("777", 8));
        File.SetUnixFileMode(scratch["tmp"], (UnixFileMode)Convert.ToInt32("1777", 8));
        return new TidemarkProgram(scratch["work"]).With("TMPDIR", scratch["tmp"]).With("PATH", PostgresPrograms.Clients(15) + ":/usr/local/bin:/usr/bin:/bin");
    }

    private static string[] Folders(Scratch scratch) => Directory.GetDirectories(scratch["tmp"], "tidemark-scratch-*");

    private static async Task AssertNothingIsLeftAsync(Scratch scratch)
    {
        Assert.Empty(Folders(scratch));
        // A process whose command line names the folder is one of the demo's.
        var left = new List<string>();
        foreach (var process in Directory.GetDirectories("/proc").Where(folder => int.TryParse(Path.GetFileName(folder), out _)))
            try
            {
                var line = await File.ReadAllTextAsync(Path.Combine(process, "cmdline"), TestContext.Current.CancellationToken);
                if (line.Contains(scratch["tmp"] + "/tidemark-scratch-", StringComparison.Ordinal)) left.Add(line);
            }
            catch (IOException)
            {
                // It has just ended.
            }
        Assert.Empty(left);
    }
}
