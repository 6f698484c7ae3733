using Tidemark.Journal;
using Tidemark.Notifications;
using Tidemark.Processes;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Notifications;

/// <summary>From a failed run to the other side, over the journal; every round is a program of its own, as after a restart.</summary>
public sealed class NoticeRunnerTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly StoppedClock clock = new(new DateTimeOffset(2026, 11, 23, 2, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task An_outage_of_the_webhook_for_10_minutes_loses_none_and_doubles_none()
    {
        var (webhook, mail) = (new Channel("webhook"), new Channel("email"));
        await RoundsAsync(5, webhook, mail);
        webhook.IsOut = true;
        for (var minute = 0; minute < 10; minute++)
        {
            // Two incidents, and one of them over, while nobody can be reached by the webhook.
            if (minute == 1) Fail("1", "shop");
            if (minute == 3) Fail("2", "other");
            if (minute == 6) Succeed("3", "shop");
            await RoundsAsync(1, webhook, mail);
        }
        Assert.Equal(["opened shop", "opened other", "over shop"], mail.Got);
        Assert.Empty(webhook.Got);
        webhook.IsOut = false;
        await RoundsAsync(20, webhook, mail);
        Assert.Equal(["opened shop", "over shop"], webhook.Got.Where(got => got.EndsWith("shop", StringComparison.Ordinal)));
        Assert.Equal(["opened other"], webhook.Got.Where(got => got.EndsWith("other", StringComparison.Ordinal)));
        Assert.Equal(3, mail.Got.Count);
        Assert.Equal("0", Ask("select count(*) from deliveries where delivered_at is null"));
    }

    [Fact]
    public async Task Of_two_programs_that_send_at_once_one_sends()
    {
        Fail("1", "shop");
        Recorder("slow").Take(new Survey(), null);
        var slow = new Channel("slow") { Gate = new TaskCompletionSource() };
        var first = new DeliveryRunner(folder.Path, [slow], clock).RunAsync(CancellationToken.None);
        await slow.Entered.Task;
        await new DeliveryRunner(folder.Path, [slow], clock).RunAsync(CancellationToken.None);
        slow.Gate.SetResult();
        await first;
        Assert.Equal(["opened shop"], slow.Got);
    }

    [Fact]
    public async Task Killed_while_it_was_sent_it_is_sent_again_with_the_same_id_and_not_at_once()
    {
        Fail("1", "shop");
        Recorder("slow").Take(new Survey(), null);
        string id;
        using (var journal = RunJournal.Open(folder.Path))
        {
            id = Assert.Single(journal.Waiting()).Id;
            Assert.True(journal.Claim(id, clock.Now, clock.Now.AddSeconds(30)));
        }
        var channel = new Channel("slow");
        await new DeliveryRunner(folder.Path, [channel], clock).RunAsync(CancellationToken.None);
        Assert.Empty(channel.Got);
        clock.Now += TimeSpan.FromSeconds(31);
        await new DeliveryRunner(folder.Path, [channel], clock).RunAsync(CancellationToken.None);
        Assert.Equal([id], channel.Ids);
    }

    [Fact]
    public async Task A_time_that_is_over_leaves_it_for_the_next_program()
    {
        Fail("1", "shop");
        using var limit = new CancellationTokenSource();
        var hanging = new Channel("webhook") { Gate = new TaskCompletionSource() };
        var round = RoundAsync([hanging], limit.Token);
        await hanging.Entered.Task;
        await limit.CancelAsync();
        Assert.Contains("webhook did not take a notice", Assert.Single((await round).Unsent), StringComparison.Ordinal);
        clock.Now += TimeSpan.FromSeconds(31);
        var well = new Channel("webhook");
        await RoundAsync([well], CancellationToken.None);
        Assert.Equal(["opened shop"], well.Got);
    }

    [Fact]
    public async Task A_channel_that_fails_for_long_is_told_on_the_others_and_when_it_is_back()
    {
        var (webhook, mail) = (new Channel("webhook") { IsOut = true }, new Channel("email"));
        Fail("1", "shop");
        await RoundsAsync(15, webhook, mail);
        Assert.Equal(["opened shop"], mail.Got);
        await RoundsAsync(1, webhook, mail);
        Assert.Equal("opened delivery-failing webhook", mail.Got[^1]);
        using (var journal = JournalReader.Open(folder.Path)!) Assert.Equal(["shop", ""], journal.OpenIncidents().Select(incident => incident.Database));
        webhook.IsOut = false;
        await RoundsAsync(20, webhook, mail);
        Assert.Equal(["opened shop"], webhook.Got);
        Assert.Equal(["opened shop", "opened delivery-failing webhook", "over delivery-failing webhook"], mail.Got);
    }

    [Fact]
    public void A_run_that_fails_in_several_ways_is_one_incident_with_the_last_of_them()
    {
        Fail("1", "shop");
        Fail("2", "shop", "disk-full");
        Fail("3", "shop", "disk-full");
        var incident = Assert.Single(Recorder("email").Take(new Survey(), null));
        Assert.Equal(("backup-failed", clock.Now), (incident.Cause, incident.Since));
        Assert.EndsWith("failed: disk-full (3 times)", incident.Text, StringComparison.Ordinal);
        Assert.Empty(Recorder("email").Take(new Survey(), null));
        Succeed("4", "shop");
        Assert.NotNull(Assert.Single(Recorder("email").Take(new Survey(), null)).OverAt);
        Assert.Equal("opened over", Ask("select group_concat(json_extract(message, '$.event'), ' ') from deliveries"));
    }

    [Fact]
    public void An_incident_and_what_is_to_be_told_of_it_are_written_both_or_not_at_all()
    {
        Fail("1", "shop");
        JournalFile.Execute(folder, "create trigger broken before insert on deliveries begin select raise(abort, 'no delivery'); end");
        Assert.Throws<Fault>(() => Recorder("email").Take(new Survey(), null));
        Assert.Equal("0", Ask("select count(*) from incidents"));
    }

    [Fact]
    public void Secrets_in_what_is_found_are_hidden_in_what_is_told()
    {
        var found = new Survey { Conditions = [new Condition { Database = "shop", Cause = Cause.Exposed, Severity = Severity.Critical, Text = "at hunter2@db1", Next = "psql hunter2" }] };
        new IncidentRecorder(folder.Path, ["email"], new SecretMask(["hunter2"]), "here", clock).Take(found, null);
        Assert.Equal("at ***@db1 psql ***", Ask("select json_extract(message, '$.text') || ' ' || json_extract(message, '$.next') from deliveries"));
        Assert.Equal("at ***@db1", Ask("select text from incidents"));
    }

    [Theory]
    [InlineData(1, null, 30)]
    [InlineData(2, null, 60)]
    [InlineData(4, null, 240)]
    [InlineData(5, null, 300)]
    [InlineData(1000, null, 300)]
    [InlineData(1, 120, 120)]
    [InlineData(1, 5, 30)]
    [InlineData(1, 86400, 3600)]
    public void Pauses_double_and_what_the_other_side_asks_for_counts_within_reason(int tries, int? asked, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), DeliveryRunner.Pause(tries, asked is { } so ? TimeSpan.FromSeconds(so) : null));

    private async Task RoundsAsync(int count, params INoticeChannel[] channels)
    {
        for (var round = 0; round < count; round++)
        {
            await RoundAsync(channels, CancellationToken.None);
            clock.Now += TimeSpan.FromMinutes(1);
        }
    }

    private Task<NoticeReport> RoundAsync(INoticeChannel[] channels, CancellationToken token) =>
        new NoticeRunner(Recorder([.. channels.Select(channel => channel.Name)]), new DeliveryRunner(folder.Path, channels, clock)).RunAsync(new Survey(), null, token);

    private IncidentRecorder Recorder(params string[] channels) => new(folder.Path, channels, new SecretMask([]), "here", clock);

    private void Fail(string id, string database, string code = "database-unreachable") => Write(id, database, "failed", code);

    private void Succeed(string id, string database) => Write(id, database, "succeeded", null);

    private void Write(string id, string database, string state, string? code)
    {
        using var journal = RunJournal.Open(folder.Path);
        journal.Write(new RunRow { Id = id, Kind = "backup", Database = database, Actor = "me@here", StartedAt = clock.Now, FinishedAt = clock.Now, State = state, ErrorCode = code, Error = code }, noticed: true);
    }

    private string Ask(string sql) => JournalFile.Ask(folder, $"select cast(({sql}) as text)");

    public void Dispose() => folder.Dispose();

    /// <summary>Takes what it is sent, unless it is out.</summary>
    private sealed class Channel(string name) : INoticeChannel
    {
        private readonly List<string> got = [], ids = [];

        public string Name => name;

        public bool IsOut { get; set; }

        public TaskCompletionSource? Gate { get; init; }

        public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public List<string> Got => got;

        public List<string> Ids => ids;

        public async Task<ChannelAnswer> SendAsync(NoticeEnvelope envelope, CancellationToken token)
        {
            Entered.TrySetResult();
            if (Gate is { } gate) await gate.Task.WaitAsync(token);
            if (IsOut) return ChannelAnswer.Refused("it is out");
            got.Add($"{envelope.Message.Event} {(envelope.Message.Database.Length > 0 ? envelope.Message.Database : $"{envelope.Message.Cause} {envelope.Message.Place}")}");
            ids.Add(envelope.Id);
            return new ChannelAnswer(true, "");
        }
    }
}
