using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Wal;

public sealed partial class WalCommandTests
{
    [Fact]
    public async Task Fetch_ends_with_1_for_a_proven_miss_alone()
    {
        using var scratch = new Scratch();
        var program = await InACopyAsync(scratch);
        Assert.True((await program.RunAsync("wal", "fetch", "00000002.history", "pg_wal/RECOVERYHISTORY", "--json")).Ends().Json.GetProperty("found").GetBoolean());
        Assert.False((await program.RunAsync("wal", "fetch", "00000003.history", "pg_wal/RECOVERYHISTORY", "--json")).Ends(1).Json.GetProperty("found").GetBoolean());
        (await program.RunAsync("wal", "fetch", "0000000100000000000000F0", "pg_wal/RECOVERYXLOG")).Ends(1);
        var plan = await archived.PlanAsync(1, 0xF1000000);
        Assert.Contains("a planned file is in no store", (await program.RunAsync("wal", "fetch", "--plan", plan, "0000000100000000000000F0", "pg_wal/RECOVERYXLOG")).Ends(126).Errors, StringComparison.Ordinal);
        (await program.RunAsync("wal", "fetch")).Ends(126);
        (await program.RunAsync("wal", "fetch", "RECOVERYXLOG", "x")).Ends(126);
        (await program.RunAsync("wal", "fetch", "--patience", "soon", "00000002.history", "x")).Ends(126);
        (await program.With("BACKUP_DIR", null).RunAsync("wal", "fetch", "00000003.history", "pg_wal/RECOVERYHISTORY")).Ends(126);
        (await program.With("BACKUP_DIR", scratch["empty"]).RunAsync("wal", "fetch", "--patience", "1s", "00000003.history", "pg_wal/RECOVERYHISTORY")).Ends(126);
        Assert.False(File.Exists(scratch["pg_wal", "RECOVERYXLOG"]));
    }

    [Fact]
    public async Task Push_ends_with_0_when_it_is_stored_and_never_above_125()
    {
        using var scratch = new Scratch();
        using var elsewhere = new Scratch("store");
        var program = (await InACopyAsync(scratch)).With("BACKUP_DIR", elsewhere.Folder);
        var complete = Directory.EnumerateFiles(Path.Combine(archived.PrimaryData, "pg_wal"), "00000001*").Select(Path.GetFileName).OfType<string>().Where(name => name.Length == 24).Order(StringComparer.Ordinal).First();
        var path = scratch["pg_wal", complete];
        File.Copy(Path.Combine(archived.PrimaryData, "pg_wal", complete), path);
        (await program.RunAsync("wal", "push", $"pg_wal/{complete}", complete)).Ends();
        Assert.True((await program.RunAsync("wal", "push", $"pg_wal/{complete}", "--json")).Ends().Json.GetProperty("wasThere").GetBoolean());

        var bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        await ExpectRefusalAsync("half a segment", bytes => bytes.AsSpan(65_536).Clear());
        await ExpectRefusalAsync("system identifier", bytes => bytes[24]++);
        await ExpectRefusalAsync("the store holds another segment of this name", bytes => bytes[16_000_000]++, complete);
        (await program.RunAsync("wal", "push", "pg_wal/nothing")).Ends(2);
        (await program.RunAsync("wal", "push", "pg_wal/0000000100000000000000F0")).Ends(4);
        (await program.With("BACKUP_DIR", null).RunAsync("wal", "push", $"pg_wal/{complete}")).Ends(6);
        (await program.With("BACKUP_DIR", "backups").RunAsync("wal", "push", $"pg_wal/{complete}")).Ends(6);

        async Task ExpectRefusalAsync(string why, Action<byte[]> damage, string? name = null)
        {
            byte[] changed = [.. bytes];
            damage(changed);
            await File.WriteAllBytesAsync(path, changed, TestContext.Current.CancellationToken);
            Assert.Contains(why, (await program.RunAsync("wal", "push", $"pg_wal/{name ?? complete}")).Ends(5).Errors, StringComparison.Ordinal);
        }
    }

    /// <summary>In a folder that looks like the server's.</summary>
    private async Task<TidemarkProgram> InACopyAsync(Scratch scratch)
    {
        Directory.CreateDirectory(scratch["global"]);
        Directory.CreateDirectory(scratch["pg_wal"]);
        await File.WriteAllBytesAsync(scratch["global", "pg_control"], await File.ReadAllBytesAsync(Path.Combine(archived.Base, "global", "pg_control"), TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
        return new TidemarkProgram(scratch.Folder).With("BACKUP_DIR", archived.Store);
    }
}
