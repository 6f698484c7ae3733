using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Tidemark.EndToEnd.Dumps;
using Tidemark.EndToEnd.Restores;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Hosting;

/// <summary>What those see who watch the service: a scrape, a probe, a collector of its output, a service manager.</summary>
public sealed class WatchedServiceTests(Servers servers)
{
    [Fact]
    public async Task Counters_begin_at_0_count_commands_too_outlive_restart_and_audit_log_and_each_event_is_a_line_on_stdout()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        await using (var service = await Service.StartAsync(shop.Program))
        {
            Assert.Equal((0, 0, 0), await CountsAsync(service, shop));
            await shop.BackUpAsync();
            Assert.NotEqual(0, (await shop.Program.With("BACKUP_PGDUMP_PATH", "/bin/false").RunAsync("backup")).ExitCode);
            shop.Program.With("BACKUP_PGDUMP_PATH", null);
            Assert.Equal((1, 1, 0), await CountsAsync(service, shop, until: (1, 1, 0)));
            var page = await PageAsync(service);
            foreach (var line in new[] { "tidemark_worker_alive 1", "tidemark_queue_length 0", "tidemark_journal_readable 1", $"tidemark_store_reachable{{store=\"{Path.Combine(shop.Folder, "backups")}\"}} 1" }) Assert.Contains(line + "\n", page, StringComparison.Ordinal);
            Assert.Contains("tidemark_recovery_point_age_seconds{", page, StringComparison.Ordinal);
            await service.Program.SaysAsync("DB_BACKUP_FAILED");
            var ended = await service.StopAsync();
            Assert.Equal(["SETTINGS_CHANGED", "DB_BACKUP_CREATED", "DB_BACKUP_FAILED"], ended.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("action").GetString()));
            Assert.DoesNotContain("Microsoft", ended.Errors, StringComparison.Ordinal);
        }
        File.Delete(Path.Combine(shop.State, "audit.jsonl"));
        await using var again = await Service.StartAsync(shop.Program);
        Assert.Equal((1, 1, 0), await CountsAsync(again, shop));
    }

    [Fact]
    public async Task A_late_backup_a_damaged_journal_make_it_not_ready_and_never_not_alive()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        shop.Program.With("BACKUP_RPO", "1s");
        await shop.BackUpAsync();
        await using var service = await Service.StartAsync(shop.Program);
        // The backup is at risk before it is a second old.
        await Waiting.UntilAsync(async () => (await service.Http.GetAsync(new Uri("health/ready", UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode == HttpStatusCode.ServiceUnavailable, "the backup is late");
        Assert.Equal("notReady journal ready, worker ready, database ready, stores ready, protection notReady", await ReadyAsync(service, HttpStatusCode.ServiceUnavailable));
        Assert.Equal("live", await service.Http.GetStringAsync("health/live", TestContext.Current.CancellationToken));
        await service.StopAsync();

        shop.Program.With("BACKUP_RPO", "1h");
        await using var calm = await Service.StartAsync(shop.Program);
        Assert.Equal("ready journal ready, worker ready, database ready, stores ready, protection ready", await ReadyAsync(calm, HttpStatusCode.OK));
        await calm.StopAsync();

        await File.WriteAllTextAsync(Path.Combine(shop.State, "journal.db"), new string('x', 9000), TestContext.Current.CancellationToken);
        await using var broken = await Service.StartAsync(shop.Program);
        Assert.StartsWith("notReady journal notReady", await ReadyAsync(broken, HttpStatusCode.ServiceUnavailable), StringComparison.Ordinal);
        Assert.Equal("live", await broken.Http.GetStringAsync("health/live", TestContext.Current.CancellationToken));
        Assert.DoesNotContain("db_backup_success_total", await PageAsync(broken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_that_never_answers_hangs_neither_scrape_nor_probe()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        using var deaf = new TcpListener(IPAddress.Loopback, 0);
        deaf.Start();
        shop.Program.With("BACKUP_DIR", "s3://bucket/backups").With("AWS_ENDPOINT_URL", $"http://127.0.0.1:{((IPEndPoint)deaf.LocalEndpoint).Port}").With("AWS_ACCESS_KEY_ID", "key").With("AWS_SECRET_ACCESS_KEY", "secret");
        await using var service = await Service.StartAsync(shop.Program);
        service.Http.Timeout = TimeSpan.FromSeconds(9);
        var page = await PageAsync(service);
        Assert.Contains("tidemark_store_reachable{store=\"s3://bucket/backups\"} 0\n", page, StringComparison.Ordinal);
        Assert.Contains("db_backup_success_total{", page, StringComparison.Ordinal);
        Assert.Equal("notReady journal ready, worker ready, database ready, stores notReady, protection degraded", await ReadyAsync(service, HttpStatusCode.ServiceUnavailable));
    }

    [Fact]
    public async Task A_service_manager_is_told_when_it_is_ready_and_when_it_stops()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        using var manager = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        var path = Path.Combine(shop.Folder, "notify");
        manager.Bind(new UnixDomainSocketEndPoint(path));
        shop.Program.With("NOTIFY_SOCKET", path);
        await using var service = await Service.StartAsync(shop.Program);
        Assert.Equal("READY=1", await ToldAsync());
        var stopping = service.StopAsync();
        Assert.Equal("STOPPING=1", await ToldAsync());
        (await stopping).Ends();

        async Task<string> ToldAsync()
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            var buffer = new byte[1024];
            return Encoding.UTF8.GetString(buffer, 0, await manager.ReceiveAsync(buffer, patience.Token));
        }
    }

    private static Task<string> PageAsync(Service service) => service.Http.GetStringAsync("metrics", TestContext.Current.CancellationToken);

    /// <summary>The state, and each check with its own.</summary>
    private static async Task<string> ReadyAsync(Service service, HttpStatusCode expected)
    {
        using var answer = await service.Http.GetAsync("health/ready", TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(expected == answer.StatusCode, text);
        foreach (var secret in new[] { "shop", "secret", "127.0.0.1", "/backups" }) Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
        var document = JsonDocument.Parse(text).RootElement;
        return $"{document.GetProperty("status")} {string.Join(", ", document.GetProperty("checks").EnumerateArray().Select(check => $"{check.GetProperty("name")} {check.GetProperty("status")}"))}";
    }

    /// <summary>Backups that succeeded, failed, were removed. The journal is read every two seconds: what is awaited may come later.</summary>
    private static async Task<(int Succeeded, int Failed, int Purged)> CountsAsync(Service service, Shop shop, (int, int, int)? until = null)
    {
        for (var tries = 0; ; tries++)
        {
            var page = await PageAsync(service);
            int Of(string name) => int.Parse(page.Split('\n').Single(line => line.StartsWith($"{name}{{", StringComparison.Ordinal) && line.Contains($"database=\"{shop.Database}\"", StringComparison.Ordinal)).Split(' ')[^1], System.Globalization.CultureInfo.InvariantCulture);
            var counts = (Of("db_backup_success_total"), Of("db_backup_failure_total"), Of("db_backup_purge_total"));
            if (until is null || counts == until || tries == 50) return counts;
            await Task.Delay(200, TestContext.Current.CancellationToken);
        }
    }
}
