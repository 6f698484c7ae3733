using Tidemark.EndToEnd.Restores;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Deploy;

/// <summary>The script behind the CI recipe.</summary>
public sealed class NightlyArtefactTests(Servers servers)
{
    [Fact]
    public async Task The_latest_dump_comes_out_encrypted_and_a_plain_one_is_refused_whole()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        using var job = new Scratch("job");
        await Bystander.PutProgramAsync(job.Folder);
        await ChildProcess.OutputAsync("age-keygen", ["-o", job["key"]]);
        var recipient = (await ChildProcess.OutputAsync("age-keygen", ["-y", job["key"]])).Trim();
        shop.Program.With("BACKUP_ENCRYPT_TO", recipient);
        await shop.BackUpAsync();

        (await RunAsync("first")).Ends();
        var files = Directory.GetFiles(job["first"]);
        Assert.All(files, file => Assert.EndsWith(".age", file, StringComparison.Ordinal));
        var dump = Assert.Single(files, file => file.EndsWith(".dump.age", StringComparison.Ordinal));
        // The second opinion is age itself.
        await ChildProcess.OutputAsync("age", ["-d", "-i", job["key"], "-o", job["plain"], dump]);
        Assert.Contains("TABLE DATA public orders", await shop.ClientAsync("pg_restore", "--list", job["plain"]), StringComparison.Ordinal);
        (await RunAsync("first")).Ends(2);

        shop.Program.With("BACKUP_ENCRYPT_TO", null);
        await shop.BackUpAsync();
        var refused = (await RunAsync("second")).Ends(5);
        Assert.Contains("is not encrypted", refused.Errors, StringComparison.Ordinal);
        Assert.False(Path.Exists(job["second"]));

        // Whatever its name says.
        File.Move(job["plain"], job["fake.dump.age"]);
        await File.WriteAllTextAsync(job["tidemark"], $"#!/bin/sh\nmkdir \"$4\" && cp '{job["fake.dump.age"]}' \"$4\"\n", TestContext.Current.CancellationToken);
        (await RunAsync("third")).Ends(5);
        Assert.False(Path.Exists(job["third"]));

        Task<ProgramResult> RunAsync(string folder)
        {
            var environment = new Dictionary<string, string>(shop.Program.Environment) { ["PATH"] = $"{job.Folder}:{shop.Program.Environment["PATH"]}" };
            return Bystander.RunAsync(shop.Folder, environment, TimeSpan.FromMinutes(2), "sh", Path.Combine(Workshop.Repository, "deploy", "ci", "latest-dump.sh"), job[folder]);
        }
    }
}
