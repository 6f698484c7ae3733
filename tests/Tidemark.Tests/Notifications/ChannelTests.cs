using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Tidemark.Configuration;
using Tidemark.Notifications;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Notifications;

/// <summary>The channels against real listeners on loopback.</summary>
public sealed class ChannelTests : IAsyncDisposable
{
    private const string Mark = "planted-mark-4711";
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 2, 0, 0, TimeSpan.Zero);
    private readonly WebListener web = new();
    private readonly MailListener mail = new();

    private static NoticeMessage Message => new()
    {
        Event = "opened",
        Severity = "warning",
        Database = "shop",
        Cause = "backup-failed",
        Title = "backup fails",
        Text = "backup of \"shop\" failed: <!channel> & more",
        Since = Now.AddHours(-1),
        At = Now,
        RecoveryPoint = Now.AddHours(-25),
        RecoveryPointAgeSeconds = 25 * 3600,
        ObjectiveSeconds = 26 * 3600,
        Next = "tidemark runs show 1",
        Host = "db1",
    };

    [Fact]
    public async Task Slack_gets_a_short_text_in_which_no_name_calls_anybody()
    {
        Assert.True((await SendAsync(SlackWebhook())).Taken);
        var request = Assert.Single(web.Requests);
        Assert.Equal(("POST", $"/services/{Mark}", "delivery-1"), (request.Method, request.Path, request.Headers["Idempotency-Key"]));
        Assert.Equal("""
            *[warning] shop: backup fails*
            at risk: backup of "shop" failed: &lt;!channel&gt; &amp; more
            since: 2026-11-23 01:00:00Z, 1 h 0 min ago
            recovery point: 2026-11-22 01:00:00Z, 25 h 0 min old; BACKUP_RPO allows 26h
            next: tidemark runs show 1
            told by db1 at 2026-11-23 02:00:00Z
            """, JsonDocument.Parse(request.Body).RootElement.GetProperty("text").GetString());
    }

    [Fact]
    public async Task A_bot_names_its_channel_and_a_200_that_is_not_ok_is_a_refusal()
    {
        web.Answer = _ => new WebReply(200, """{"ok":true,"ts":"1"}""");
        Assert.True((await SendAsync(SlackBot())).Taken);
        var request = Assert.Single(web.Requests);
        Assert.Equal(("/api/chat.postMessage", $"Bearer {Mark}", "#ops"), (request.Path, request.Headers["Authorization"], JsonDocument.Parse(request.Body).RootElement.GetProperty("channel").GetString()));
        foreach (var (answer, words) in new[] { ("""{"ok":false,"error":"not_in_channel"}""", "Slack says not_in_channel: invite the bot to #ops"), ("""{"ok":false,"error":"invalid_auth"}""", "Slack says invalid_auth"), ($$"""{"ok":false,"error":"{{Mark}}"}""", "it answered 200, but not that it is ok"), ("<html>", "it answered 200, but not as Slack does"), ("{}", "it answered 200, but not that it is ok") })
        {
            web.Answer = _ => new WebReply(200, answer);
            Assert.Equal((false, words), await SendAsync(SlackBot()) is var said ? (said.Taken, said.Words) : default);
        }
    }

    [Fact]
    public async Task A_webhook_gets_all_of_it_as_JSON_signed_with_its_time()
    {
        Assert.True((await SendAsync(Webhook())).Taken);
        var request = Assert.Single(web.Requests);
        var body = JsonDocument.Parse(request.Body).RootElement;
        Assert.Equal(("delivery-1", 7, "backup-failed", "2026-11-23T01:00:00Z", 93600), (body.GetProperty("id").GetString(), body.GetProperty("incident").GetInt64(), body.GetProperty("message").GetProperty("cause").GetString(), body.GetProperty("message").GetProperty("since").GetString(), body.GetProperty("message").GetProperty("objectiveSeconds").GetInt32()));
        Assert.Equal("1795399200", request.Headers["Tidemark-Timestamp"]);
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes($"{Mark}-key"));
        hmac.AppendData(Encoding.UTF8.GetBytes($"1795399200.{request.Body}"));
        Assert.Equal($"v1={Convert.ToHexString(hmac.GetHashAndReset()).ToLowerInvariant()}", request.Headers["Tidemark-Signature"]);
    }

    [Fact]
    public async Task What_is_no_200_is_refused_in_words_without_the_secret_and_no_redirect_is_followed()
    {
        await using var thief = new WebListener();
        foreach (var (reply, words) in new (WebReply?, string)[]
        {
            (new WebReply(500, Mark), "it answered 500 InternalServerError"),
            (new WebReply(404), "it answered 404 NotFound"),
            (new WebReply(307, "", $"Location: {thief.Address}/{Mark}"), "it answered 307, a redirect: those are not followed"),
            (null, "no answer within 0.3 s"),
        })
        {
            web.Answer = _ => reply;
            foreach (var channel in new INoticeChannel[] { SlackWebhook(), SlackBot(), Webhook() }) Assert.Equal((false, words), await SendAsync(channel) is var said ? (said.Taken, said.Words) : default);
        }
        Assert.Empty(thief.Requests);
        web.Answer = _ => new WebReply(429, "", "Retry-After: 120");
        Assert.Equal(TimeSpan.FromMinutes(2), (await SendAsync(SlackWebhook())).RetryAfter);
    }

    [Fact]
    public async Task What_cannot_be_reached_is_told_without_its_address()
    {
        var port = 0;
        await using (var gone = new WebListener()) port = new Uri(gone.Address).Port;
        foreach (var address in new[] { $"http://{Mark}:{Mark}@127.0.0.1:{port}/{Mark}", $"https://127.0.0.1:{new Uri(web.Address).Port}/{Mark}", $"http://{Mark}.invalid/{Mark}" })
        {
            var said = await SendAsync(new SlackWebhookChannel(Secret(address), Patient));
            Assert.False(said.Taken);
            Assert.DoesNotContain(Mark, said.Words, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("127.0.0.1", said.Words, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Mail_is_one_message_with_the_database_in_its_subject()
    {
        var said = await SendAsync(Email($"smtp://127.0.0.1:{mail.Port}"), Message with { Database = "shop\r\nBcc: all@example.com" });
        Assert.True(said.Taken, said.Words);
        Assert.Contains("MAIL FROM:<tidemark@example.com>", mail.Lines.Select(line => line.Split(" SIZE")[0].Split(" BODY")[0]));
        Assert.Equal(["RCPT TO:<a@example.com>", "RCPT TO:<b@example.com>"], mail.Lines.Where(line => line.StartsWith("RCPT", StringComparison.Ordinal)));
        Assert.Contains("Subject: [warning] shop  Bcc: all@example.com: backup fails", mail.Lines);
        Assert.Contains("Message-Id: <delivery-1@tidemark.invalid>", mail.Lines);
        Assert.Contains("next: tidemark runs show 1", mail.Lines);
        Assert.DoesNotContain(mail.Lines, line => line.StartsWith("Bcc", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_password_is_not_sent_without_TLS_and_a_mail_server_that_refuses_is_told_in_our_words()
    {
        var said = await SendAsync(Email($"smtp://me:{Mark}@127.0.0.1:{mail.Port}"));
        Assert.Equal((false, "the mail server offers no STARTTLS: the password is not sent in the clear"), (said.Taken, said.Words));
        Assert.DoesNotContain(mail.Lines, line => line.StartsWith("AUTH", StringComparison.Ordinal) || line.StartsWith("MAIL", StringComparison.Ordinal));
        said = await SendAsync(Email($"smtps://me:{Mark}@127.0.0.1:{mail.Port}"));
        Assert.False(said.Taken);
        Assert.DoesNotContain(Mark, said.Words, StringComparison.Ordinal);
        mail.Recipient = $"550 no {Mark}";
        said = await SendAsync(Email($"smtp://127.0.0.1:{mail.Port}"));
        Assert.Equal((false, "the mail server refused it with 550"), (said.Taken, said.Words));
    }

    [Fact]
    public async Task A_reference_that_leads_to_nothing_is_told_by_its_name()
    {
        var nowhere = new SlackWebhookChannel(new SecretSource("env:NO_SUCH", "/", new Dictionary<string, string>()), Patient);
        Assert.Contains("env:NO_SUCH", (await Assert.ThrowsAsync<Fault>(() => SendAsync(nowhere))).What, StringComparison.Ordinal);
        var noAddress = new SlackWebhookChannel(Secret(Mark), Patient);
        Assert.DoesNotContain(Mark, (await Assert.ThrowsAsync<Fault>(() => SendAsync(noAddress))).InOneLine, StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_of_pages_is_cut_to_what_Slack_takes()
    {
        var text = SlackText.Of(Message with { Text = string.Concat(Enumerable.Repeat("<&>", 10_000)), Next = new string('&', 10_000), Host = new string('<', 5000) }, null).Text;
        Assert.InRange(text.Length, 1000, 4000);
    }

    private static WebPost Patient => new(TimeSpan.FromMilliseconds(300));

    private SlackWebhookChannel SlackWebhook() => new SlackWebhookChannel(Secret($"{web.Address}/services/{Mark}"), Patient);

    private SlackBotChannel SlackBot() => new SlackBotChannel(Secret(Mark), "#ops", new Uri($"{web.Address}/api/"), Patient);

    private WebhookChannel Webhook() => new WebhookChannel(Secret($"{web.Address}/{Mark}"), Secret($"{Mark}-key"), Patient, new StoppedClock(Now));

    private static EmailChannel Email(string server) => new(Secret(server), ["a@example.com", "b@example.com"], "tidemark@example.com", TimeSpan.FromSeconds(10));

    private static SecretSource Secret(string said) => new(said, "/", new Dictionary<string, string>());

    private static Task<ChannelAnswer> SendAsync(INoticeChannel channel, NoticeMessage? message = null) => channel.SendAsync(new NoticeEnvelope("delivery-1", 7, message ?? Message), TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await web.DisposeAsync();
        await mail.DisposeAsync();
    }
}
