using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Tidemark.EndToEnd.Dumps;
using Tidemark.EndToEnd.Restores;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Hosting;

/// <summary>Backups and restores over HTTP, judged by the command line and by the database.</summary>
public sealed partial class HttpApiTests(Servers servers)
{
    [Fact]
    public async Task What_is_backed_up_over_http_verifies_downloads_whole_and_comes_back_by_its_id_and_as_a_file()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        await using var service = await Service.StartAsync(shop.Program);
        var backup = await service.EndOfAsync(await service.EnqueueAsync("admin/db/backup", Json("{\"label\": \"over-http\"}")));
        Assert.Equal(("succeeded", "admin"), (backup.GetProperty("state").GetString(), backup.GetProperty("actor").GetString()));
        var id = backup.GetProperty("backupId").GetString()!;
        (await shop.Program.RunAsync("verify", id)).Ends();

        var file = await service.Http.GetByteArrayAsync(new Uri($"admin/db/backups/{id}/download", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(await File.ReadAllBytesAsync((await shop.Program.RunAsync("list", "--json")).Json.GetProperty("backups")[0].GetProperty("path").GetString()!, TestContext.Current.CancellationToken), file);

        await shop.MoveOnAsync();
        var beside = await service.EndOfAsync(await service.EnqueueAsync("admin/db/restore", Json($"{{\"backup\": \"{id}\"}}")));
        Assert.Equal("succeeded", beside.GetProperty("state").GetString());
        Assert.Equal(1, await shop.VersionAsync((await shop.DatabasesAsync()).Single(name => name != shop.Database)));

        using var form = new MultipartFormDataContent { { new StringContent("into"), "mode" }, { new StringContent($"{shop.Database}_sent"), "toDatabase" }, { new StringContent("a drill"), "reason" }, { new ByteArrayContent(file), "file", "sent.dump" } };
        var sent = await service.EndOfAsync(await service.EnqueueAsync("admin/db/restore", form));
        Assert.Equal("succeeded", sent.GetProperty("state").GetString());
        Assert.Equal((1, 2), (await shop.VersionAsync($"{shop.Database}_sent"), await shop.VersionAsync()));
        await Waiting.UntilAsync(() => Directory.GetFiles(Path.Combine(shop.State, "incoming")).Length == 0, "the file that was sent is gone");
        Assert.Contains("DB_BACKUP_DOWNLOADED", shop.Audited());
        Assert.Contains("\"reason\":\"a drill\"", await File.ReadAllTextAsync(Path.Combine(shop.State, "audit.jsonl"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"mode\": \"swap\"}", "the production guard protects database")]
    [InlineData("{\"mode\": \"swap\", \"force\": true, \"confirm\": \"another\", \"reason\": \"why\"}", "the production guard protects database")]
    [InlineData("{\"mode\": \"beside\"}", "a restore on production needs a reason")]
    public async Task On_production_a_restore_is_refused_at_once_and_audited_without_its_confirmation_and_a_reason(string body, string what)
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        await shop.BackUpAsync();
        // The server alone says it.
        await shop.Server.ExecuteAsync(shop.Database, $"ALTER DATABASE {PostgresServer.Quote(shop.Database)} SET tidemark.environment = 'production'");
        await using var service = await Service.StartAsync(shop.Program);
        using var refused = await service.Http.PostAsync(new Uri("admin/db/restore", UriKind.Relative), Json(body), TestContext.Current.CancellationToken);
        var problem = await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(409, (int)refused.StatusCode);
        Assert.Contains(what, problem, StringComparison.Ordinal);
        Assert.Contains("DB_RESTORE_REFUSED", shop.Audited());
        Assert.Equal([shop.Database], await shop.DatabasesAsync());
    }

    [Fact]
    public async Task Killed_while_tasks_wait_the_next_start_takes_up_the_backup_and_neither_the_restore_nor_its_file()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        await shop.BackUpAsync("--label", "before");
        string running, backup, restore;
        await using (var holder = await Waiting.HoldAsync(shop.Server, shop.Database, "orders"))
        await using (var service = await Service.StartAsync(shop.Program))
        {
            running = await service.EnqueueAsync("admin/db/backup");
            await Waiting.UntilPgDumpWaitsAsync(shop.Server, shop.Database);
            backup = await service.EnqueueAsync("admin/db/backup", Json("{\"label\": \"waited\"}"));
            var file = await service.Http.GetByteArrayAsync(new Uri("admin/db/backups/latest/download", UriKind.Relative), TestContext.Current.CancellationToken);
            using var form = new MultipartFormDataContent { { new ByteArrayContent(file), "file", "sent.dump" } };
            restore = await service.EnqueueAsync("admin/db/restore", form);
            Assert.Single(Directory.GetFiles(Path.Combine(shop.State, "incoming")));
            service.Program.KillAll();
            await service.Program.EndAsync();
        }
        await using var again = await Service.StartAsync(shop.Program);
        Assert.Equal("succeeded", (await again.EndOfAsync(backup)).GetProperty("state").GetString());
        Assert.Equal("interrupted", (await again.EndOfAsync(running)).GetProperty("state").GetString());
        Assert.Equal("interrupted", (await again.EndOfAsync(restore)).GetProperty("state").GetString());
        Assert.Empty(Directory.GetFiles(Path.Combine(shop.State, "incoming")));
        Assert.Equal([shop.Database], await shop.DatabasesAsync());
    }

    /// <summary>The lines of docs/http-api.md, by the curl of this machine.</summary>
    [Fact]
    public async Task What_the_page_of_the_api_tells_to_type_works()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        await shop.BackUpAsync();
        File.Copy((await shop.Program.RunAsync("list", "--json")).Json.GetProperty("backups")[0].GetProperty("path").GetString()!, Path.Combine(shop.Folder, "backup.dump"));
        await using var service = await Service.StartAsync(shop.Program);
        var task = await service.EnqueueAsync("admin/db/backup");
        var lines = Blocks().Matches(await File.ReadAllTextAsync(Path.Combine(Workshop.Repository, "docs/http-api.md"), TestContext.Current.CancellationToken)).SelectMany(block => block.Groups[1].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries)).ToList();
        Assert.True(lines.Count > 10, "the marks are not found any more");
        shop.Program.With("TOKEN", Service.AdminToken).With("TASK", task);
        foreach (var line in lines)
        {
            // A database of its own each time, and a task that may have ended by now.
            var typed = line.Replace("http://127.0.0.1:8432/", service.Http.BaseAddress!.ToString(), StringComparison.Ordinal).Replace("toDatabase=rehearsal", $"toDatabase={shop.Database}_rehearsal", StringComparison.Ordinal);
            var ended = await Bystander.RunAsync(shop.Folder, shop.Program.Environment, TimeSpan.FromMinutes(1), "/bin/sh", "-euc", typed.Replace("curl ", "curl -sS -w '\\n%{http_code}' ", StringComparison.Ordinal));
            var output = ended.Ends().Output.Split('\n');
            Assert.True((line.EndsWith("/cancel", StringComparison.Ordinal) ? ["202", "409"] : (string[])["200", "202"]).Contains(output[^1]), $"{line}\n{ended.Output}");
            // What is "latest" must not change between the line that pins it and the one that takes the pin off.
            if (line.EndsWith("/admin/db/backup", StringComparison.Ordinal))
            {
                await service.EndOfAsync(JsonDocument.Parse(string.Join("", output[..^1])).RootElement.GetProperty("id").GetString()!);
            }
        }
        Assert.NotEmpty(Directory.GetFiles(shop.Folder, "backup-*.dump"));
    }

    /// <summary>A gigabyte of rows that nothing compresses away, sent as a file: what the service needs for that is measured by the kernel.</summary>
    [Fact]
    [Trait("takes", "minutes")]
    public async Task A_file_of_a_gigabyte_is_taken_and_restored_in_200_MB_of_memory()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15), sql: "CREATE TABLE large AS SELECT i, repeat(md5(i::text), 32) AS text FROM generate_series(1, 1000000) i");
        var dump = Path.Combine(shop.Folder, "large.dump");
        await shop.ClientAsync("pg_dump", "--format=custom", "--compress=0", "--file=" + dump, shop.Server.SocketUrl(shop.Database));
        Assert.True(new FileInfo(dump).Length > 1_000_000_000);
        await using var service = await Service.StartAsync(shop.Program);
        service.Http.Timeout = TimeSpan.FromMinutes(20);
        await using var bytes = File.OpenRead(dump);
        using var form = new MultipartFormDataContent { { new StreamContent(bytes), "file", "large.dump" } };
        var restored = await service.EndOfAsync(await service.EnqueueAsync("admin/db/restore", form));
        Assert.Equal("succeeded", restored.GetProperty("state").GetString());
        var peak = (await File.ReadAllLinesAsync($"/proc/{service.Program.Id}/status", TestContext.Current.CancellationToken)).Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        var megabytes = long.Parse(Digits().Match(peak).Value) / 1024;
        Assert.True(megabytes <= 200, $"it took {megabytes} MB");
        TestContext.Current.SendDiagnosticMessage($"a gigabyte was sent and restored in {megabytes} MB");
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    [GeneratedRegex(@"<!-- tried by HttpApiTests -->\n```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Blocks();

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Digits();
}
