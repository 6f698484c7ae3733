using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Tidemark.EndToEnd.Dumps;
using Tidemark.EndToEnd.Restores;
using Tidemark.EndToEnd.Support;
using Tidemark.Tests.Support;

namespace Tidemark.EndToEnd.Hosting;

/// <summary>The service as a whole: it starts, does what it is asked, and ends when it is told to.</summary>
public sealed class ServeTests(Servers servers)
{
    [Fact]
    public async Task It_needs_no_configuration_beyond_the_environment_and_ends_on_SIGTERM()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        await using var service = await Service.StartAsync(shop.Program);
        Assert.Equal("live", await service.Http.GetStringAsync("health/live", TestContext.Current.CancellationToken));
        (await service.StopAsync()).Ends();
    }

    [Fact]
    public async Task Who_has_no_token_yet_is_given_one_once()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        await using var first = await shop.Program.StartAsync("serve", "--urls", "http://127.0.0.1:0");
        var address = await first.SaysLineAsync("listening on ");
        var secret = first.Errors.Split('\n').Single(line => line.Contains("it is not shown again", StringComparison.Ordinal)).Split(' ')[^1];
        Assert.StartsWith("tidemark_", secret, StringComparison.Ordinal);
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new("Bearer", secret);
        (await http.GetAsync(new Uri(address + "/admin/status"), TestContext.Current.CancellationToken)).EnsureSuccessStatusCode().Dispose();
        first.Terminate();
        Assert.DoesNotContain("tidemark_", (await first.EndAsync()).Ends().Output, StringComparison.Ordinal);
        await using var second = await shop.Program.StartAsync("serve", "--urls", "http://127.0.0.1:0");
        await second.SaysAsync("listening on http://");
        Assert.DoesNotContain("tidemark_", second.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_database_or_an_address_of_its_own_it_says_so_once_and_makes_no_token()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var busy = (await shop.Program.RunAsync("serve", "--urls", $"http://{taken.LocalEndpoint}")).Ends(1);
        var wrong = (await shop.Program.RunAsync("serve", "--urls", "http://127.0.0.1:port")).Ends(2);
        var none = (await shop.Program.With("DATABASE_URL", null).RunAsync("serve")).Ends(6);
        foreach (var ended in new[] { busy, wrong, none })
        {
            Assert.DoesNotContain("tidemark_", ended.Errors, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", ended.Errors, StringComparison.Ordinal);
            Assert.DoesNotContain("not foreseen", ended.Errors, StringComparison.Ordinal);
            Assert.DoesNotContain("canceled", ended.Errors, StringComparison.Ordinal);
        }
        Assert.Contains("the address cannot be listened on", busy.Errors, StringComparison.Ordinal);
        Assert.Contains("no database is configured", none.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backup_folder_that_disappears_is_told_and_not_made_anew_and_one_that_is_back_is_the_same()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        await using var web = new WebListener();
        // Looks of a second.
        shop.Program.With("NOTIFY_WEBHOOK_URL", web.Address).With("HEARTBEAT_LIMIT", "3s").With("HEARTBEAT_INTERVAL", "1s");
        await shop.BackUpAsync();
        var folder = Path.Combine(shop.Folder, "backups");
        await using var service = await Service.StartAsync(shop.Program);
        Directory.Move(folder, folder + "-away");
        await Waiting.UntilAsync(async () => (await service.Http.GetAsync(new Uri("health/ready", UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode == HttpStatusCode.ServiceUnavailable, "it is not ready");
        using (var refused = await service.Http.PostAsync(new Uri("admin/db/backup", UriKind.Relative), null, TestContext.Current.CancellationToken))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.Contains("removed or unmounted", await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }
        await Waiting.UntilAsync(() => Told("opened"), "people are told");
        Assert.False(Directory.Exists(folder));
        Directory.Move(folder + "-away", folder);
        await Waiting.UntilAsync(() => Told("over"), "people are told that it is over");
        Assert.Equal("succeeded", (await service.EndOfAsync(await service.EnqueueAsync("admin/db/backup"))).GetProperty("state").GetString());

        bool Told(string what) => web.Requests.Select(request => JsonDocument.Parse(request.Body).RootElement.GetProperty("message")).Any(message => message.GetProperty("cause").GetString() == "journal-unusable" && message.GetProperty("event").GetString() == what);
    }

    [Fact]
    public async Task A_database_that_the_server_does_not_know_is_refused_and_a_swap_says_how_it_is_undone()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        await shop.BackUpAsync();
        await shop.MoveOnAsync();
        await using var service = await Service.StartAsync(shop.Program);
        using var unknown = await service.Http.PostAsync(new Uri("admin/db/backup", UriKind.Relative), Json("{\"database\": \"misspelt\"}"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        using var unconfirmed = await service.Http.PostAsync(new Uri("admin/db/restore", UriKind.Relative), Json("{\"mode\": \"swap\"}"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Conflict, unconfirmed.StatusCode);
        Assert.Contains("confirm was not given", await unconfirmed.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        var swapped = await service.EndOfAsync(await service.EnqueueAsync("admin/db/restore", Json($"{{\"mode\": \"swap\", \"confirm\": \"{shop.Database}\"}}")));
        Assert.Equal("succeeded", swapped.GetProperty("state").GetString());
        Assert.Equal("tidemark undo", swapped.GetProperty("swap").GetProperty("undo").GetString());
        Assert.Equal((1, 2), (await shop.VersionAsync(), await shop.VersionAsync(swapped.GetProperty("swap").GetProperty("kept").GetString())));
    }

    [Fact]
    public async Task What_is_told_of_a_database_that_was_dropped_before_it_had_a_backup_ends()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        var other = await shop.Server.CreateDatabaseAsync("other");
        await shop.BackUpAsync();
        shop.Program.With("HEARTBEAT_LIMIT", "3s");
        Assert.NotEqual(0, (await shop.Program.With("BACKUP_PGDUMP_PATH", "/bin/false").RunAsync("backup", "--database", other)).ExitCode);
        await using var service = await Service.StartAsync(shop.Program.With("BACKUP_PGDUMP_PATH", null));
        await service.Program.SaysAsync($"incident open: exposed \"{other}\"");
        await shop.Server.ExecuteAsync("postgres", $"DROP DATABASE {PostgresServer.Quote(other)}");
        await service.Program.SaysAsync($"incident over: backup-failed \"{other}\"");
        await service.Program.SaysAsync($"incident over: exposed \"{other}\"");
        var status = await service.Http.GetStringAsync(new Uri("admin/status", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.DoesNotContain(other, status, StringComparison.Ordinal);
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");
}
