using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Dumps;

/// <summary>Nothing is ever overwritten: a name that exists gets a number.</summary>
public sealed class TakenNameTests(Servers servers)
{
    [Fact]
    public async Task A_backup_in_a_second_that_has_one_already_gets_a_number()
    {
        var server = await servers.OfAsync(15);
        using var scratch = new Scratch();
        var database = await server.CreateDatabaseAsync("same_second");
        var program = TidemarkProgram.For(server, database, scratch.Folder);
        var folder = new BackupFolder(program);

        // Every second of the next two minutes is taken.
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        var taken = Enumerable.Range(-1, 121).Select(after => now.AddSeconds(after)).Select(at => folder.PathOf($"{database}/{at:yyyy}/{at:MM}/{at:dd}/backup-{at:yyyyMMdd'T'HHmmss}Z.dump")).ToArray();
        foreach (var path in taken)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, "somebody else's", TestContext.Current.CancellationToken);
        }

        var backup = (await program.RunAsync("backup", "--json")).Ends(0).Json.GetProperty("backups")[0];
        var file = backup.GetProperty("file").GetString()!;
        Assert.EndsWith("Z-2.dump", file, StringComparison.Ordinal);
        Assert.Equal(file, folder.Manifest(file).GetProperty("file").GetString());
        Assert.EndsWith("Z-2.globals.sql", folder.Manifest(file).GetProperty("globals").GetString(), StringComparison.Ordinal);
        Assert.All(taken, path => Assert.Equal("somebody else's", File.ReadAllText(path)));
        (await program.RunAsync("restore", "latest")).Ends(0);
        (await program.RunAsync("restore", backup.GetProperty("id").GetString()!)).Ends(0);
    }

    [Fact]
    public async Task A_label_used_twice_makes_two_backups()
    {
        var server = await servers.OfAsync(15);
        using var scratch = new Scratch();
        var database = await server.CreateDatabaseAsync("label");
        await server.ExecuteAsync(database, "CREATE TABLE t AS SELECT 1 AS x");
        var program = TidemarkProgram.For(server, database, scratch.Folder);
        var folder = new BackupFolder(program);
        (await program.RunAsync("backup", "--format", "sql.gz", "--label", "before-migration")).Ends(0);
        var first = folder.Dumps.Single();
        var bytes = await File.ReadAllBytesAsync(folder.PathOf(first), TestContext.Current.CancellationToken);
        await server.ExecuteAsync(database, "UPDATE t SET x = 2");
        (await program.RunAsync("backup", "--format", "sql.gz", "--label", "before-migration")).Ends(0);

        Assert.Equal(2, folder.Dumps.Length);
        Assert.All(folder.Dumps, dump => Assert.Matches(@"^before-migration(-2)?\.[0-9a-f]{64}\.sql\.gz$", dump));
        Assert.Equal(bytes, await File.ReadAllBytesAsync(folder.PathOf(first), TestContext.Current.CancellationToken));
        (await program.RunAsync("verify", "--all")).Ends(0);
    }
}
