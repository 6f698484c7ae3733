using System.Globalization;
using System.Text;
using Tidemark.EndToEnd.Restores;
using Tidemark.EndToEnd.Support;
using Tidemark.Tests.Support;

namespace Tidemark.EndToEnd.Drills;

/// <summary>Where evidence goes besides its folder: a git repository, a webhook, the archive of a month.</summary>
public sealed class EvidencePlacesTests(Servers servers)
{
    [Fact]
    public async Task A_wiki_gets_what_a_failure_and_a_kill_between_commit_and_push_left_and_no_drill_fails_by_it()
    {
        var server = await servers.OfAsync(15);
        using var drills = await DrillShop.OpenAsync(server);
        await drills.Shop.BackUpAsync();
        var wiki = Path.Combine(drills.Shop.Folder, "wiki.git");
        drills.Program.With("BACKUP_DRILL_TARGET", server.Url()).With("BACKUP_DRILL_WIKI", wiki);
        Assert.Contains("warning: git clone failed", (await drills.DrillAsync()).Ends().Errors, StringComparison.Ordinal);

        await ChildProcess.OutputAsync("git", ["init", "--quiet", "--bare", "-b", "main", wiki]);
        var path = drills.Program.Environment["PATH"];
        var bin = Directory.CreateDirectory(Path.Combine(drills.Shop.Folder, "bin")).FullName;
        File.SetUnixFileMode(drills.Shop.Write("bin/git", "#!/bin/sh\ncase \" $* \" in *\" push \"*) kill -9 $PPID; exit 1;; esac\nexec /usr/bin/git \"$@\"\n"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        (await drills.Program.With("PATH", $"{bin}:{path}").RunAsync("drill", "run")).Ends(137);
        Assert.Equal("", await ChildProcess.OutputAsync("git", ["--git-dir", wiki, "for-each-ref"]));

        (await drills.Program.With("PATH", path).RunAsync("drill", "run")).Ends();
        Assert.Equal("Drills up to 3\n", await ChildProcess.OutputAsync("git", ["--git-dir", wiki, "log", "--format=%s", "main"]));
        var clone = Path.Combine(drills.Shop.Folder, "clone");
        await ChildProcess.OutputAsync("git", ["clone", "--quiet", wiki, clone]);
        var key = Directory.GetFiles(drills.Evidence, "drill-key.*.pem").Single();
        Assert.Equal(3, (await drills.Program.RunAsync("drill", "verify", Path.Combine(clone, "drills"), "--key", key, "--json")).Ends().Json.GetProperty("reports").GetInt32());
        Assert.Empty(Directory.GetDirectories(drills.Shop.State, "drill-wiki*"));
        Assert.Equal(["DB_DRILL_PUBLISH_FAILED", "DB_DRILL_PUBLISHED"], drills.Shop.Audited().Where(action => action.StartsWith("DB_DRILL_PUBLISH", StringComparison.Ordinal)));

        var month = TimeProvider.System.GetUtcNow().ToString("yyyy-MM", CultureInfo.InvariantCulture);
        var packed = (await drills.Program.RunAsync("drill", "pack", month, "--json")).Ends();
        Assert.Contains("the month is not over", packed.Errors, StringComparison.Ordinal);
        Assert.Equal(3, packed.Json.GetProperty("drills").GetInt32());
        var zip = packed.Json.GetProperty("path").GetString()!;
        (await drills.Program.RunAsync("drill", "pack", month)).Ends(5);
        (await drills.Program.RunAsync("drill", "verify", zip, "--key", key)).Ends();
        Assert.Contains("the key lies in the archive", (await drills.Program.RunAsync("drill", "verify", zip)).Ends().Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_webhook_that_was_down_gets_the_signed_bytes_from_the_service_which_packs_the_month_too()
    {
        var server = await servers.OfAsync(15);
        using var drills = await DrillShop.OpenAsync(server);
        await drills.Shop.BackUpAsync();
        await using var web = new WebListener { Answer = _ => new WebReply(503) };
        drills.Program.With("BACKUP_DRILL_TARGET", server.Url()).With("NOTIFY_WEBHOOK_URL", web.Address).With("BACKUP_SCHEDULE_CRON", "none");
        Assert.Contains("warning: the webhook did not take the report 000001-", (await drills.DrillAsync()).Ends().Errors, StringComparison.Ordinal);

        web.Answer = _ => new WebReply(200);
        var today = TimeProvider.System.GetUtcNow();
        drills.Program.With("BACKUP_DRILL_SCHEDULE", "@quarterly").WithClock($"+{DateTime.DaysInMonth(today.Year, today.Month) - today.Day + 1}d");
        var pack = Path.Combine(drills.Evidence, $"tidemark-{today.ToString("yyyy-MM", CultureInfo.InvariantCulture)}.zip");
        var before = web.Requests.Count;
        await using (var service = await Service.StartAsync(drills.Program))
        {
            await Until.TrueAsync(() => Task.FromResult(web.Requests.Skip(before).Any(IsReport) && File.Exists(pack)));
            (await service.StopAsync()).Ends();
        }
        var report = Directory.GetFiles(drills.Evidence, "000001-*.json").Single();
        var sent = web.Requests.Skip(before).Single(IsReport);
        Assert.Equal("1", sent.Headers["Tidemark-Report"]);
        Assert.Contains(sent.Headers["Idempotency-Key"], report, StringComparison.Ordinal);
        var body = drills.Shop.Write("body", sent.Body);
        var signature = Path.Combine(drills.Shop.Folder, "signature");
        await File.WriteAllBytesAsync(signature, Convert.FromBase64String(sent.Headers["Tidemark-Report-Signature"]["ecdsa-p256-sha256=".Length..]), TestContext.Current.CancellationToken);
        await ChildProcess.OutputAsync("openssl", ["dgst", "-sha256", "-verify", Directory.GetFiles(drills.Evidence, "drill-key.*.pem").Single(), "-signature", signature, body]);
        Assert.Equal(await File.ReadAllTextAsync(report, Encoding.UTF8, TestContext.Current.CancellationToken), sent.Body);

        drills.Program.WithClock(null);
        (await drills.Program.RunAsync("drill", "verify", pack)).Ends();
        Assert.Contains("SETTINGS_CHANGED", drills.Shop.Audited());
        // What the service has brought is not brought again.
        before = web.Requests.Count;
        (await drills.DrillAsync()).Ends();
        Assert.Equal(["2"], web.Requests.Skip(before).Where(IsReport).Select(request => request.Headers["Tidemark-Report"]));
    }

    private static bool IsReport(WebRequest request) => request.Headers.GetValueOrDefault("Tidemark-Event") == "drill-report";
}
