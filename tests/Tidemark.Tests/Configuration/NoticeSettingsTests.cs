using Tidemark.Configuration;
using Tidemark.Notifications;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Configuration;

public sealed class NoticeSettingsTests : IDisposable
{
    private const string Mark = "planted-mark-4711";
    private readonly TempFolder folder = new();
    private readonly Dictionary<string, string> environment = [];

    private static readonly Dictionary<string, string> Secrets = new()
    {
        ["SLACK_WEBHOOK_URL"] = $"https://hooks.example.com/{Mark}",
        ["SLACK_BOT_TOKEN"] = $"xoxb-{Mark}",
        ["NOTIFY_WEBHOOK_URL"] = $"https://example.com/{Mark}",
        ["NOTIFY_WEBHOOK_SECRET"] = Mark,
        ["SMTP_URL"] = $"smtps://me:{Mark}@mail.example.com",
        ["BACKUP_PING_URL"] = $"https://example.com/{Mark}",
        ["TIDEMARK_PING_URL"] = $"https://example.com/{Mark}",
    };

    [Fact]
    public void Nobody_is_told_unless_somebody_is_named()
    {
        var options = Inspect().Options;
        Assert.Empty(NoticeChannels.Of(options.Notices, TimeProvider.System));
        Assert.Equal((null, null), (options.Pings.Backup, options.Pings.Service));
        Assert.Equal((TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15)), (options.Heartbeat.Interval, options.Heartbeat.Limit));
    }

    [Fact]
    public void Each_channel_is_there_when_it_is_named_and_no_secret_is_shown()
    {
        foreach (var (name, value) in Secrets) environment[name] = value;
        (environment["NOTIFY_EMAIL_TO"], environment["NOTIFY_EMAIL_FROM"]) = ("a@example.com, b@example.com", "tidemark@example.com");
        var reading = Inspect();
        Assert.Empty(reading.Faults);
        Assert.Equal(["slack-webhook", "slack-bot", "webhook", "email"], NoticeChannels.Of(reading.Options.Notices, TimeProvider.System).Select(channel => channel.Name));
        Assert.Equal(["a@example.com", "b@example.com"], reading.Options.Notices.EmailTo);
        Assert.DoesNotContain(reading.Values, value => value.Shown?.Contains(Mark, StringComparison.Ordinal) == true || value.Origin.Contains(Mark, StringComparison.Ordinal));
        Assert.DoesNotContain(Mark, reading.Options.ToString(), StringComparison.Ordinal);
        Assert.Equal(Secrets.Count, reading.Values.Count(value => value.Shown == "***"));
    }

    [Fact]
    public void A_reference_is_followed_when_it_is_needed_and_where_it_leads_is_shown()
    {
        environment["SLACK_WEBHOOK_URL"] = "env:MY_SLACK";
        var reading = Inspect();
        Assert.Empty(reading.Faults);
        Assert.Contains(new SettingValue("Notices:SlackWebhookUrl", "***", "environment SLACK_WEBHOOK_URL (env:MY_SLACK)"), reading.Values);
    }

    [Fact]
    public void What_is_no_address_is_refused_without_being_shown()
    {
        foreach (var name in Secrets.Keys.Where(name => name.EndsWith("URL", StringComparison.Ordinal))) environment[name] = Mark;
        (environment["NOTIFY_EMAIL_TO"], environment["NOTIFY_EMAIL_FROM"], environment["SLACK_API_URL"]) = ("nobody", "x@example.com", "ftp://x");
        var faults = Inspect().Faults;
        Assert.Equal(["BACKUP_PING_URL", "NOTIFY_EMAIL_TO", "NOTIFY_WEBHOOK_URL", "SLACK_API_URL", "SLACK_WEBHOOK_URL", "SMTP_URL", "TIDEMARK_PING_URL"], faults.Select(fault => fault.Split(' ')[0]).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(faults, fault => fault.Contains(Mark, StringComparison.Ordinal));
    }

    [Fact]
    public void Mail_needs_all_three_of_its_settings()
    {
        environment["NOTIFY_EMAIL_TO"] = "a@example.com";
        Assert.Equal("mail needs NOTIFY_EMAIL_TO, NOTIFY_EMAIL_FROM, SMTP_URL: NOTIFY_EMAIL_FROM and SMTP_URL is not set", Assert.Single(Inspect().Faults));
    }

    [Fact]
    public void A_file_with_a_token_in_it_holds_a_secret()
    {
        folder.Write(".env", "SLACK_BOT_TOKEN=xoxb-1\n");
        Assert.Equal([folder[".env"]], Inspect().SecretFiles);
        folder.Write(".env", "SLACK_BOT_TOKEN=file:token\n");
        folder.Write("token", "xoxb-1");
        Assert.Equal([folder["token"]], Inspect().SecretFiles);
    }

    private ConfigurationReading Inspect() => ConfigurationReader.Inspect(folder.Path, environment, new Dictionary<string, string>());

    public void Dispose() => folder.Dispose();
}
