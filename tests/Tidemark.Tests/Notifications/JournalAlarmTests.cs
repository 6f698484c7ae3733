using Tidemark.Notifications;
using Tidemark.Processes;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Notifications;

public sealed class JournalAlarmTests
{
    private static readonly Fault Gone = new(FaultCode.Store, "the folder is gone") { Where = "/planted-mark" };
    private readonly StoppedClock clock = new(new DateTimeOffset(2026, 11, 23, 2, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task A_journal_that_fails_for_two_rounds_is_told_once_reminded_and_over_without_a_journal()
    {
        var (webhook, mail) = (new Channel("webhook"), new Channel("email") { IsOut = true });
        var alarm = new JournalAlarm([webhook, mail], new SecretMask(["planted-mark"]), "db1", clock);
        await alarm.RunAsync(Gone, CancellationToken.None);
        Assert.Empty(webhook.Got);
        await RoundsAsync(alarm, 59, Gone);
        Assert.Equal("opened critical journal-unusable no run can begin and nothing can be recorded: the folder is gone (/***)", Assert.Single(webhook.Got));
        await RoundsAsync(alarm, 10, Gone);
        Assert.Equal(2, webhook.Got.Count);
        await RoundsAsync(alarm, 3, null);
        Assert.Equal(["opened", "reminded", "over"], webhook.Got.Select(got => got.Split(' ')[0]));
        mail.IsOut = false;
        await RoundsAsync(alarm, 1, null);
        Assert.Equal(webhook.Got, mail.Got);
    }

    [Fact]
    public async Task One_failure_between_two_good_rounds_is_no_alarm()
    {
        var webhook = new Channel("webhook");
        var alarm = new JournalAlarm([webhook], new SecretMask([]), "db1", clock);
        foreach (var failure in new[] { null, Gone, null, Gone, null }) await RoundsAsync(alarm, 1, failure);
        Assert.Empty(webhook.Got);
    }

    private async Task RoundsAsync(JournalAlarm alarm, int minutes, Fault? failure)
    {
        for (var minute = 0; minute < minutes; minute++)
        {
            clock.Now += TimeSpan.FromMinutes(1);
            await alarm.RunAsync(failure, CancellationToken.None);
        }
    }

    private sealed class Channel(string name) : INoticeChannel
    {
        public string Name => name;

        public bool IsOut { get; set; }

        public List<string> Got { get; } = [];

        public Task<ChannelAnswer> SendAsync(NoticeEnvelope envelope, CancellationToken token)
        {
            if (IsOut) return Task.FromResult(ChannelAnswer.Refused("it is out"));
            var told = envelope.Message;
            Got.Add($"{told.Event} {told.Severity} {told.Cause} {told.Text}");
            return Task.FromResult(new ChannelAnswer(true, ""));
        }
    }
}
