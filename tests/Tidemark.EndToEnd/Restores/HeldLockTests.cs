using Npgsql;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Restores;

public sealed class HeldLockTests(Servers servers)
{
    [Fact]
    public async Task A_restore_in_place_does_not_wait_without_end_for_a_session_that_holds_a_table_but_names_it()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        await shop.BackUpAsync();
        await shop.MoveOnAsync();
        await using var holder = await shop.Server.OpenAsync(shop.Database);
        await using (var command = new NpgsqlCommand("SET application_name = 'the application'; BEGIN; SELECT count(*) FROM orders", holder)) await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        var ended = (await shop.Program.RunAsync("restore", "latest", "--in-place", "--confirm", shop.Database, "--json")).Ends(1).Json.GetProperty("error");
        Assert.Contains($"postgres from the application (pid {holder.ProcessID}, idle in transaction)", ended.GetProperty("why").GetString(), StringComparison.Ordinal);
        Assert.EndsWith("--swap", ended.GetProperty("next").GetString(), StringComparison.Ordinal);
        // Behind a restore that goes on waiting, this would wait too.
        Assert.Equal(2, await shop.VersionAsync());
        Assert.Equal(0, await shop.Server.ScalarAsync<long>("postgres", $"SELECT count(*) FROM pg_stat_activity WHERE datname = {Shop.Quoted(shop.Database)} AND application_name LIKE 'tidemark%'"));
    }
}
