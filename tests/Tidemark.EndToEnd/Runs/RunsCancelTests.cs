using Tidemark.EndToEnd.Dumps;
using Tidemark.EndToEnd.Restores;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Runs;

/// <summary>A run of another process stops when it is asked to, and says what it leaves.</summary>
public sealed class RunsCancelTests(Servers servers)
{
    [Fact]
    public async Task A_backup_of_another_process_stops_leaves_nothing_half_and_is_known_as_cancelled()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        var folder = new BackupFolder(shop.Program);
        await using (await Waiting.HoldAsync(shop.Server, shop.Database, "orders"))
        {
            await using var backup = await shop.Program.StartAsync("backup");
            await Waiting.UntilPgDumpWaitsAsync(shop.Server, shop.Database);
            var id = (await shop.Program.RunAsync("runs", "list", "--json")).Ends().Json.GetProperty("runs")[0].GetProperty("id").GetString()!;
            (await shop.Program.RunAsync("runs", "cancel", id)).Ends().Tells($"run {id} is cancelled: what was not finished has been removed; earlier backups are as they were");
            (await backup.EndAsync()).Fails(130, "stopped", why: false).Says("asked for it to stop");
            var run = (await shop.Program.RunAsync("runs", "show", id, "--json")).Ends().Json;
            Assert.Equal(("cancelled", "stopped"), (run.GetProperty("state").GetString(), run.GetProperty("errorCode").GetString()));
            (await shop.Program.RunAsync("runs", "cancel", id)).Fails(4, "not-found", why: false).Says("this run has ended: cancelled");
        }
        Assert.Empty(folder.Files);
        Assert.Empty(folder.Pending);
        (await shop.Program.RunAsync("backup")).Ends();
    }
}
