using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Restores;

/// <summary>The user's commands around a restore: their order, what they are given, and what their failure does.</summary>
public sealed class HookTests(Servers servers)
{
    private static readonly string[] Names = ["AFTER_RESTORE", "SMOKE_TEST", "BEFORE_SWAP", "AFTER_SWAP"];

    [Fact]
    public async Task They_run_in_order_in_the_projects_folder_with_the_address_of_the_restored_database()
    {
        await using var server = await PostgresServer.StartAsync(15, new ServerOptions { Password = "ge heim:/@" });
        using var shop = await Shop.OpenAsync(server);
        await shop.BackUpAsync();
        foreach (var name in Names)
        {
            shop.Program.With("BACKUP_HOOK_" + name, $"echo {name} $(psql -XAtc 'select version from orders union all select 0 order by 1 desc limit 1' \"$DATABASE_URL\") $TIDEMARK_DATABASE ${{LC_ALL:-own}} >> hooks.txt");
        }

        await shop.MoveOnAsync();
        shop.Write(".env", "");
        var inner = Path.Combine(shop.Folder, "inner");
        Directory.CreateDirectory(inner);
        var program = new TidemarkProgram(inner);
        foreach (var (name, value) in shop.Program.Environment)
        {
            program.With(name, value);
        }

        (await program.RunAsync("restore", "latest", "--swap")).Ends();
        var lines = await File.ReadAllLinesAsync(Path.Combine(shop.Folder, "hooks.txt"), TestContext.Current.CancellationToken);
        Assert.Equal(4, lines.Length);
        Assert.Collection(lines,
            line => Assert.Matches($"^AFTER_RESTORE 1 {shop.Database}_restored_[0-9]+ own$", line),
            line => Assert.Matches($"^SMOKE_TEST 1 {shop.Database}_restored_[0-9]+ own$", line),
            line => Assert.Matches($"^BEFORE_SWAP 1 {shop.Database}_restored_[0-9]+ own$", line),
            line => Assert.Equal($"AFTER_SWAP 1 {shop.Database} own", line));
        Assert.Equal(1, await shop.VersionAsync());
    }

    [Theory]
    [InlineData("AFTER_RESTORE")]
    [InlineData("AFTER_SWAP")]
    public async Task What_they_print_is_told_and_kept_without_the_password(string variable)
    {
        await using var server = await PostgresServer.StartAsync(15, new ServerOptions { Password = "ge heim:/@" });
        using var shop = await Shop.OpenAsync(server);
        await shop.BackUpAsync();
        shop.Program.With("BACKUP_HOOK_" + variable, "echo to-out $DATABASE_URL; echo to-errors 'ge heim:/@' $DATABASE_URL >&2; exit 3");
        var failed = await shop.Program.RunAsync("restore", "latest", "--swap", "--json");
        Assert.NotEqual(0, failed.ExitCode);
        Assert.Contains("to-out postgresql://", failed.Errors, StringComparison.Ordinal);
        Assert.Contains("to-errors *** postgresql://", failed.Errors, StringComparison.Ordinal);
        string[] kept = [failed.Output, failed.Errors, .. Directory.GetFiles(shop.State, "*", SearchOption.AllDirectories).Select(File.ReadAllText)];
        Assert.Contains(kept[2..], text => text.Contains("to-out postgresql://", StringComparison.Ordinal));
        string[] secrets = ["ge heim:/@", Uri.EscapeDataString("ge heim:/@")];
        Assert.All(secrets, secret => Assert.All(kept, text => Assert.DoesNotContain(secret, text, StringComparison.OrdinalIgnoreCase)));
    }

    [Theory]
    [InlineData("AFTER_RESTORE", "after-restore")]
    [InlineData("SMOKE_TEST", "smoke-test")]
    [InlineData("BEFORE_SWAP", "before-swap")]
    public async Task One_that_fails_stops_the_swap(string variable, string name)
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        await shop.BackUpAsync();
        await shop.MoveOnAsync();
        shop.Write("tidemark.json", $$"""{ "Tidemark": { "Hooks": { "{{string.Concat(variable.Split('_').Select(word => word[0] + word[1..].ToLowerInvariant()))}}": "echo so it is >&2; exit 3" } } }""");
        var failed = (await shop.Program.RunAsync("restore", "latest", "--swap", "--json")).Ends(1).Json.GetProperty("error");
        Assert.Equal($"the {name} hook failed with exit code 3", failed.GetProperty("what").GetString());
        Assert.Equal("so it is", failed.GetProperty("why").GetString());
        Assert.Contains("the live one was not touched", failed.GetProperty("left").GetString(), StringComparison.Ordinal);
        Assert.Equal(2, await shop.VersionAsync());
        Assert.Equal(2, (await shop.DatabasesAsync()).Length);
        (await shop.Program.RunAsync("undo")).Ends(4);
    }

    [Fact]
    public async Task An_after_swap_hook_that_fails_says_that_the_swap_is_done_and_how_to_take_it_back()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        await shop.BackUpAsync();
        await shop.MoveOnAsync();
        var failed = (await shop.Program.With("BACKUP_HOOK_AFTER_SWAP", "false").RunAsync("restore", "latest", "--swap", "--json")).Ends(13).Json.GetProperty("error");
        Assert.Contains("tidemark undo", failed.GetProperty("next").GetString(), StringComparison.Ordinal);
        Assert.Equal(1, await shop.VersionAsync());
        (await shop.Program.RunAsync("undo")).Ends();
        Assert.Equal(2, await shop.VersionAsync());
    }

    [Fact]
    public async Task A_migration_that_fails_after_a_restore_in_place_says_that_the_target_is_changed()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        await shop.BackUpAsync();
        await shop.MoveOnAsync();
        (await shop.Program.With("BACKUP_HOOK_AFTER_RESTORE", "false").RunAsync("restore", "latest", "--in-place", "--confirm", shop.Database)).Ends(13);
        Assert.Equal(1, await shop.VersionAsync());
    }
}
