using Tidemark.Clusters;
using Tidemark.Configuration;
using Tidemark.Journal;
using Tidemark.Notifications;
using Tidemark.Processes;
using Tidemark.Telemetry;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Notifications;

/// <summary>What doctor, metrics and status tell of notices.</summary>
public sealed class NoticeReadingTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly StoppedClock clock = new(new DateTimeOffset(2026, 11, 23, 2, 0, 0, TimeSpan.Zero));

    [Fact]
    public void Without_a_journal_and_without_a_channel_there_is_nothing_to_warn_of()
    {
        Assert.Equal(CheckState.Ok, NoticesCheck.Judge(Read(NoticeOptions.None)).State);
        Assert.Equal("slack-webhook", NoticesCheck.Judge(Read(Slack)).Found);
        Assert.Equal(["tidemark_notices_waiting 0", "tidemark_notices_failing_seconds 0"], Numbers(Slack));
    }

    [Theory]
    [InlineData(14, "Ok", "1", "0")]
    [InlineData(15, "Warn", "1", "900")]
    public void A_channel_that_takes_nothing_for_a_quarter_of_an_hour_is_told(int minutes, string state, string waiting, string failing)
    {
        var found = new Survey { Conditions = [new Condition { Database = "shop", Cause = Cause.Exposed, Severity = Severity.Critical, Text = "it is", Next = "" }] };
        new IncidentRecorder(folder.Path, ["slack-webhook", "left-behind"], new SecretMask([]), "here", clock).Take(found, null);
        using (var journal = RunJournal.Open(folder.Path))
            foreach (var delivery in journal.Waiting())
            {
                Assert.True(journal.Claim(delivery.Id, clock.Now, clock.Now));
                journal.Postpone(delivery.Id, "it answered 500", clock.Now);
            }
        clock.Now += TimeSpan.FromMinutes(minutes);
        var check = NoticesCheck.Judge(Read(Slack));
        Assert.Equal(state, check.State.ToString());
        if (state == "Warn") Assert.Equal("slack-webhook has taken no notice since 2026-11-23 02:00:00Z (1 waiting): it answered 500", check.Found);
        Assert.Equal([$"tidemark_incident_open_seconds {minutes * 60}", $"tidemark_notices_waiting {waiting}", $"tidemark_notices_failing_seconds {failing}"], Numbers(Slack));
    }

    private static NoticeOptions Slack => NoticeOptions.None with { SlackWebhook = new SecretSource("https://example.com/x", "/", new Dictionary<string, string>()) };

    private NoticeReading Read(NoticeOptions options) => NoticeReading.Read(folder.Path, options, clock);

    private string[] Numbers(NoticeOptions options) => [.. ExpositionText.Of(NoticeMetrics.Of(Read(options), clock.Now)).Split('\n').Where(line => line.Length > 0 && line[0] != '#').Select(line => $"{line.Split('{')[0]} {line.Split(' ')[^1]}")];

    public void Dispose() => folder.Dispose();
}
