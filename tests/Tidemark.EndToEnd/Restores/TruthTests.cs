using System.Text.Json;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Restores;

/// <summary>What is said after something went wrong around the work itself: never that nothing happened when something did.</summary>
public sealed class TruthTests(Servers servers)
{
    [Fact]
    public async Task A_swap_that_cannot_be_recorded_is_told_as_done_with_a_warning()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        await shop.BackUpAsync();
        await shop.MoveOnAsync();
        var audit = Path.Combine(shop.State, "audit.jsonl");
        var said = (await shop.Program.With("BACKUP_HOOK_AFTER_SWAP", $"rm '{audit}'; mkdir '{audit}'").RunAsync("restore", "latest", "--swap")).Ends();
        Assert.Contains("what was done could not be recorded", said.Errors, StringComparison.Ordinal);
        Assert.Contains("take it back    tidemark undo", said.Output, StringComparison.Ordinal);
        Assert.Equal(1, await shop.VersionAsync());
    }

    [Theory]
    [InlineData("AFTER_SWAP", "the swap is done", 1)]
    [InlineData("SMOKE_TEST", "holds what was restored; nothing was swapped", 2)]
    public async Task An_interruption_in_a_hook_says_what_stands(string hook, string left, int version)
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        await shop.BackUpAsync();
        await shop.MoveOnAsync();
        await using var running = await shop.Program.With("BACKUP_HOOK_" + hook, "trap '' INT; echo at work; exec sleep 600").StartAsync("restore", "latest", "--swap", "--json");
        await running.SaysAsync("at work");
        running.Interrupt();
        var error = (await running.EndAsync()).Ends(130).Json.GetProperty("error");
        Assert.Contains(left, error.GetProperty("left").GetString(), StringComparison.Ordinal);
        Assert.Equal(version, await shop.VersionAsync());
        if (version == 1) (await shop.Program.RunAsync("undo")).Ends();
    }

    [Fact]
    public async Task A_hook_that_starts_the_application_does_not_hold_the_restore_until_the_application_ends()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        await shop.BackUpAsync();
        var pid = Path.Combine(shop.Folder, "pid");
        (await shop.Program.With("BACKUP_HOOK_AFTER_SWAP", $"sleep 600 & echo $! > '{pid}'; echo started").RunAsync("restore", "latest", "--swap")).Ends();
        using var application = System.Diagnostics.Process.GetProcessById(int.Parse(await File.ReadAllTextAsync(pid, TestContext.Current.CancellationToken), System.Globalization.CultureInfo.InvariantCulture));
        Assert.False(application.HasExited);
        application.Kill();
    }

    [Fact]
    public async Task A_short_time_limit_of_the_application_ends_neither_the_restore_nor_the_swap()
    {
        var server = await servers.OfAsync(17);
        using var shop = await Shop.OpenAsync(server);
        await server.ExecuteAsync("postgres", $"alter database {shop.Database} set statement_timeout = '1s'");
        await server.ExecuteAsync("postgres", $"alter database {shop.Database} set transaction_timeout = '1s'");
        await server.ExecuteAsync("postgres", $"alter database {shop.Database} set default_transaction_read_only = on");
        await shop.BackUpAsync();
        (await shop.Program.RunAsync("restore", "latest", "--swap")).Ends();
    }

    [Fact]
    public async Task A_database_whose_name_is_not_utf8_keeps_no_other_from_being_restored()
    {
        await using var server = await PostgresServer.StartAsync(15);
        using var shop = await Shop.OpenAsync(server);
        await shop.BackUpAsync();
        await server.ExecuteAsync("postgres", "create database lat encoding latin1 lc_collate 'C' lc_ctype 'C' template template0");
        // As a LATIN1 database, the server stores the name's byte as it is.
        await server.ExecuteAsync("lat", "create database \"n\u00e9\" encoding latin1 lc_collate 'C' lc_ctype 'C' template template0");
        (await shop.Program.RunAsync("restore", "latest", "--swap")).Ends();
        (await shop.Program.RunAsync("undo")).Ends();
    }

    [Fact]
    public async Task A_record_that_names_somebody_elses_database_drops_nothing()
    {
        var server = await servers.OfAsync(15);
        using var shop = await Shop.OpenAsync(server);
        await shop.BackUpAsync();
        var system = await server.ScalarAsync<string>("postgres", "select system_identifier::text from pg_control_system()");
        Directory.CreateDirectory(Path.Combine(shop.State, "restores"));
        await File.WriteAllTextAsync(Path.Combine(shop.State, "restores", "x.json"), $$"""{"runId":"x","systemIdentifier":"{{system}}","database":"{{shop.Database}}","server":"x","connectionLimit":-1}""", TestContext.Current.CancellationToken);
        await shop.BackUpAsync();
        Assert.Equal(1, await shop.VersionAsync());
    }

    [Fact]
    public async Task A_damaged_record_of_an_earlier_run_is_set_aside_and_told_and_keeps_nobody_from_restoring()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        await shop.BackUpAsync();
        foreach (var (folder, text) in new[] { ("swaps", "{ \"id\": "), ("restores", "null"), ("swaps", "{}") })
        {
            Directory.CreateDirectory(Path.Combine(shop.State, folder));
            await File.WriteAllTextAsync(Path.Combine(shop.State, folder, $"x{text.Length}.json"), text, TestContext.Current.CancellationToken);
        }

        var said = (await shop.Program.RunAsync("restore", "latest")).Ends();
        Assert.Equal(3, said.Errors.Split("set aside a record that cannot be read").Length - 1);
        Assert.DoesNotContain("set aside", (await shop.Program.RunAsync("restore", "latest")).Ends().Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_audit_tells_what_a_restore_did_to_which_database_and_a_refusal_tells_why()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        await shop.BackUpAsync();
        (await shop.Program.RunAsync("restore", "latest", "--swap")).Ends();
        (await shop.Program.With("ENV", "production").RunAsync("restore", "latest", "--swap")).Ends(5);
        var events = File.ReadLines(Path.Combine(shop.State, "audit.jsonl")).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        string? Of(string action, string field) => events.Last(entry => entry.GetProperty("action").GetString() == action).GetProperty(field).GetString();
        Assert.Equal("swap", Of("DB_RESTORE_COMPLETED", "mode"));
        Assert.StartsWith(shop.Database + "_before_", Of("DB_RESTORE_COMPLETED", "kept"), StringComparison.Ordinal);
        Assert.Equal("ok", Of("DB_RESTORE_COMPLETED", "outcome"));
        Assert.Equal(Of("DB_RESTORE_COMPLETED", "backupId"), Of("DB_RESTORE_REFUSED", "backupId"));
        Assert.Contains("--force was not given", Of("DB_RESTORE_REFUSED", "why"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_that_does_not_exist_is_named()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        Assert.Contains("\"frobnicate\"", (await shop.Program.RunAsync("frobnicate")).Ends(2).Errors, StringComparison.Ordinal);
    }
}
