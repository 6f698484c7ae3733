using System.Diagnostics;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Restores.Bases;

/// <summary>kill -9: the same command goes on, and no hand is needed.</summary>
public sealed partial class BaseRestoreTests
{
    [Fact]
    public async Task One_that_is_killed_is_gone_on_with_by_the_same_command()
    {
        var folder = await RestorableServer.FolderAsync(scratch, "data");
        var program = source.Program(scratch);
        string[] words = ["restore", "latest", "--target-dir", folder, "--tablespace", $"{source.Tablespace}={scratch["moved"]}"];
        await using (var killed = await program.StartAsync(words))
        {
            await Dumps.Waiting.UntilAsync(() => Directory.Exists(Path.Combine(folder, "base")), "it writes files");
            // It stands still, and holds the folder: two at once would ruin each other.
            Signals.ToGroup(killed.Id, Signals.Stop);
            Assert.Contains("another restore writes into this folder", (await program.RunAsync(words)).Ends(11).Errors, StringComparison.Ordinal);
            killed.KillAll();
            await killed.EndAsync();
        }
        await GoesOnAsync(program, words, folder);
    }

    [Fact, Trait("takes", "minutes")]
    public async Task Fifty_kills_at_every_step_leave_nothing_that_needs_a_hand()
    {
        const int kills = 50, each = 5;
        var program = source.Program(scratch);
        var whole = Stopwatch.StartNew();
        (await program.RunAsync("restore", "latest", "--target-dir", await RestorableServer.FolderAsync(scratch, "first"), "--tablespace", $"{source.Tablespace}={scratch["first-moved"]}")).Ends();
        var span = whole.Elapsed;
        for (var round = 0; round < kills / each; round++)
        {
            var folder = await RestorableServer.FolderAsync(scratch, $"data-{round}");
            string[] words = ["restore", "latest", "--target-dir", folder, "--tablespace", $"{source.Tablespace}={scratch[$"moved-{round}"]}"];
            for (var kill = 0; kill < each; kill++)
            {
                await using var killed = await program.StartAsync(words);
                // By the golden section the moments lie evenly over the whole run.
                await Task.Delay(span * (((round * each) + kill) * 0.6180339887 % 1), Token);
                killed.KillAll();
                var ended = await killed.EndAsync();
                if (ended.ExitCode == 0) break;
                // No server starts from half of it.
                if (File.Exists(Path.Combine(folder, "global", "pg_control"))) Assert.True(File.Exists(Path.Combine(folder, "backup_label")));
            }
            if (File.Exists(Path.Combine(folder, "PG_VERSION")) && !File.Exists(Path.Combine(folder, "tidemark.restore"))) (await program.RunAsync(words)).Ends(5);
            else await GoesOnAsync(program, words, folder);
            Assert.Equal(4000, await RestorableServer.RowsAsync(folder));
        }
    }

    private static async Task GoesOnAsync(TidemarkProgram program, string[] words, string folder)
    {
        (await program.RunAsync(words)).Ends();
        Assert.False(File.Exists(Path.Combine(folder, "tidemark.restore")));
        await ChildProcess.OutputAsync(Path.Combine(PostgresPrograms.Clients(RestorableServer.Major), "pg_verifybackup"), ["-q", folder], asServerUser: true);
    }
}
