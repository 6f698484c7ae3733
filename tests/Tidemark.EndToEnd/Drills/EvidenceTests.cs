using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Drills;

/// <summary>Reports of drills are verified offline, with the public key alone; one changed byte, or one report removed, is found and named.</summary>
public sealed class EvidenceTests(Servers servers)
{
    [Fact]
    public async Task Evidence_holds_with_stock_tools_and_whatever_is_changed_or_removed_is_named()
    {
        var server = await servers.OfAsync(15);
        using var drills = await DrillShop.OpenAsync(server);
        await drills.Shop.BackUpAsync();
        drills.Program.With("BACKUP_DRILL_TARGET", server.Url());
        for (var i = 0; i < 3; i++) (await drills.DrillAsync()).Ends();

        // Elsewhere: no store, no server, no history; the public key alone.
        using var auditor = new Scratch("auditor");
        var copy = auditor["reports"];
        await ChildProcess.OutputAsync("cp", ["-a", drills.Evidence, copy]);
        var key = auditor["known.pem"];
        File.Move(Directory.GetFiles(copy, "drill-key.*.pem").Single(), key);
        var program = new TidemarkProgram(auditor.Folder);
        string[] reports = [.. Directory.GetFiles(copy, "*.json").Order(StringComparer.Ordinal)];
        Assert.Equal(3, reports.Length);
        Assert.True((await program.RunAsync("drill", "verify", copy, "--key", key, "--json")).Ends().Json.GetProperty("whole").GetBoolean());
        (await program.RunAsync("drill", "verify", reports[1], "--key", key)).Ends();
        foreach (var report in reports) Assert.Contains("Verified OK", await ChildProcess.OutputAsync("openssl", ["dgst", "-sha256", "-verify", key, "-signature", report + ".sig", report]), StringComparison.Ordinal);

        foreach (var file in Directory.GetFiles(copy).Where(file => Path.GetFileName(file).StartsWith("000002", StringComparison.Ordinal)).ToList())
        {
            var bytes = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
            var changed = (byte[])bytes.Clone();
            changed[bytes.Length / 2] ^= 1;
            await File.WriteAllBytesAsync(file, changed, TestContext.Current.CancellationToken);
            Assert.Contains("WRONG  " + Path.GetFileName(file).Replace(".sig", "", StringComparison.Ordinal), (await program.RunAsync("drill", "verify", copy, "--key", key)).Ends(10).Output, StringComparison.Ordinal);
            (await program.RunAsync("drill", "verify", reports[1], "--key", key)).Ends(10);
            await File.WriteAllBytesAsync(file, bytes, TestContext.Current.CancellationToken);
        }
        (await program.RunAsync("drill", "verify", copy, "--key", key)).Ends();
        File.Move(reports[1], auditor["away"]);
        Assert.Contains("WRONG  report 2 is missing", (await program.RunAsync("drill", "verify", copy, "--key", key)).Ends(10).Output, StringComparison.Ordinal);

        // The last one is missed where it was written.
        var last = Directory.GetFiles(drills.Evidence, "000003-*.json").Single();
        File.Move(last, auditor["last"]);
        Assert.Contains("WRONG  report 3 is missing: this machine has written 3", (await drills.Program.RunAsync("drill", "verify")).Ends(10).Output, StringComparison.Ordinal);
        File.Move(auditor["last"], last);
        (await drills.Program.RunAsync("drill", "verify")).Ends();

        // Reports outlive the backup.
        Directory.Delete(Directory.GetDirectories(Path.Combine(drills.Shop.Folder, "backups")).Single(folder => Path.GetFileName(folder) == drills.Shop.Database), recursive: true);
        Assert.Equal(3, (await drills.Program.RunAsync("drill", "list", "--json")).Ends().Json.GetProperty("drills").GetArrayLength());
    }
}
