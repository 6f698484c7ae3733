using System.Text.Json;
using Tidemark.EndToEnd.Restores;
using Tidemark.EndToEnd.Support;
using Tidemark.Tests.Support;

namespace Tidemark.EndToEnd.Notifications;

/// <summary>What people are told, at real listeners: Slack, a webhook, a monitor and a mail server on loopback.</summary>
public sealed class NoticeTests(Servers servers)
{
    private const string Mark = "planted-mark-4711";

    [Fact]
    public async Task A_backup_by_command_that_fails_is_told_once_before_it_exits_and_once_when_it_is_over()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        await using var slack = new WebListener();
        await using var monitor = new WebListener();
        var url = shop.Program.Environment["DATABASE_URL"];
        shop.Program.With("SLACK_WEBHOOK_URL", $"{slack.Address}/services/{Mark}").With("BACKUP_PING_URL", $"{monitor.Address}/{Mark}").With("ENV", "development");
        // Only what is of this database: the disk of this machine may be full of other things.
        string[] Told() => [.. slack.Requests.Select(request => JsonDocument.Parse(request.Body).RootElement.GetProperty("text").GetString()!).Where(text => text.Contains(shop.Database, StringComparison.Ordinal))];

        (await shop.Program.RunAsync("backup")).Ends();
        Assert.Empty(Told());
        shop.Program.With("DATABASE_URL", $"postgresql://postgres:{Mark}@127.0.0.1:1/{shop.Database}");
        var failed = (await shop.Program.RunAsync("backup", "--json")).Ends(7);
        var told = Assert.Single(Told());
        Assert.StartsWith($"*[warning] {shop.Database}: backup fails*\nat risk: backup of \"{shop.Database}\" failed: the server cannot be reached", told, StringComparison.Ordinal);
        Assert.Contains("\nrecovery point: ", told, StringComparison.Ordinal);
        Assert.Matches(@"\nnext: tidemark runs show \S+\n", told);
        (await shop.Program.RunAsync("backup")).Ends(7);
        Assert.Single(Told());
        Assert.Equal("database-unreachable", failed.Json.GetProperty("error").GetProperty("code").GetString());

        shop.Program.With("DATABASE_URL", url);
        var next = (await shop.Program.RunAsync("backup")).Ends();
        Assert.Equal(2, Told().Length);
        Assert.StartsWith($"*[over] {shop.Database}: backup fails*", Told()[1], StringComparison.Ordinal);
        Assert.Equal(["/start", "", "/start", "/7", "/start", "/7", "/start", ""], monitor.Requests.Select(request => request.Path[$"/{Mark}".Length..]));
        foreach (var text in slack.Requests.Select(request => request.Body).Append(failed.ToString()).Append(next.ToString())) Assert.DoesNotContain(Mark, text, StringComparison.Ordinal);
        foreach (var file in Directory.GetFiles(shop.State, "*", SearchOption.AllDirectories)) Assert.DoesNotContain(Mark, await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.DoesNotContain(Mark, (await shop.Program.RunAsync("config", "show")).Ends().ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_test_says_what_each_channel_answered()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        Assert.Contains("SLACK_WEBHOOK_URL", (await shop.Program.RunAsync("notify", "test")).Ends(6).Errors, StringComparison.Ordinal);
        await using var web = new WebListener();
        await using var mail = new MailListener();
        web.Answer = request => new WebReply(200, request.Path.EndsWith("chat.postMessage", StringComparison.Ordinal) ? """{"ok":true}""" : "ok");
        shop.Program.With("SLACK_WEBHOOK_URL", $"{web.Address}/{Mark}").With("SLACK_BOT_TOKEN", Mark).With("SLACK_API_URL", $"{web.Address}/api").With("NOTIFY_WEBHOOK_URL", $"{web.Address}/{Mark}")
            .With("NOTIFY_EMAIL_TO", "a@example.com").With("NOTIFY_EMAIL_FROM", "b@example.com").With("SMTP_URL", $"smtp://127.0.0.1:{mail.Port}");
        var all = (await shop.Program.RunAsync("notify", "test", "--json")).Ends().Json.GetProperty("channels").EnumerateArray().ToList();
        Assert.Equal(["slack-webhook", "slack-bot", "webhook", "email"], all.Where(channel => channel.GetProperty("taken").GetBoolean()).Select(channel => channel.GetProperty("channel").GetString()));
        Assert.Contains("#alerts-infra", web.Requests.Single(request => request.Path == "/api/chat.postMessage").Body, StringComparison.Ordinal);
        Assert.Contains($"Subject: [test] {shop.Database}: this is a test", mail.Lines);

        web.Answer = _ => new WebReply(500);
        var failed = (await shop.Program.RunAsync("notify", "test")).Ends(1);
        Assert.Contains("REFUSED slack-webhook: it answered 500", failed.Output, StringComparison.Ordinal);
        Assert.Contains("taken   email", failed.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Mark, failed.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Heartbeats_that_are_lost_and_come_back_are_told_once_each_and_the_service_calls_its_monitor()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        await using var web = new WebListener();
        await using var monitor = new WebListener();
        shop.Program.With("HEARTBEAT_INTERVAL", "1s").With("HEARTBEAT_LIMIT", "6s").With("NOTIFY_WEBHOOK_URL", web.Address).With("TIDEMARK_PING_URL", $"{monitor.Address}/{Mark}");
        await using var service = await Service.StartAsync(shop.Program);
        // Said once: who has no table for them has not asked for heartbeats.
        await service.Program.SaysAsync("tidemark heartbeat --create-table");
        (await shop.Program.RunAsync("heartbeat", "--create-table")).Ends();
        await Until.TrueAsync(async () => await shop.Server.ScalarAsync<long>(shop.Database, "select count(*) from system_events where event_type = 'TEST' and message = 'Heartbeat'") >= 3);
        Assert.Empty(Heartbeats());

        await shop.Server.ExecuteAsync(shop.Database, "alter table system_events rename to elsewhere");
        await web.UntilAsync(request => request.Body.Contains("heartbeat-missing", StringComparison.Ordinal));
        await shop.Server.ExecuteAsync(shop.Database, "alter table elsewhere rename to system_events");
        await web.UntilAsync(request => request.Body.Contains("heartbeat-missing", StringComparison.Ordinal) && request.Body.Contains("\"over\"", StringComparison.Ordinal));
        Assert.Equal($"/{Mark}", (await monitor.UntilAsync(_ => true)).Path);
        (await service.StopAsync()).Ends();
        Assert.Equal(["opened critical", "over critical"], Heartbeats());
        Assert.DoesNotContain(Mark, service.Program.Errors, StringComparison.Ordinal);

        string[] Heartbeats() => [.. web.Requests.Select(request => JsonDocument.Parse(request.Body).RootElement.GetProperty("message")).Where(message => message.GetProperty("cause").GetString() == "heartbeat-missing" && message.GetProperty("database").GetString() == shop.Database)
            .Select(message => $"{message.GetProperty("event")} {message.GetProperty("severity")}")];
    }
}
