using Tidemark.Configuration;
using Tidemark.Journal;
using Tidemark.Notifications;
using Tidemark.Runs;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Notifications;

/// <summary>A monitor of the user's, on loopback.</summary>
public sealed class RunPingsTests : IAsyncDisposable
{
    private readonly TempFolder folder = new();
    private readonly WebListener monitor = new();
    private readonly List<string> warnings = [];

    [Fact]
    public async Task The_monitor_hears_the_start_the_whole_backup_and_the_exit_code_in_their_order()
    {
        await HearAsync(Pings("/ping/secret?x=1"), News(null), News(0, isChecked: true), News(null), News(7));
        Assert.Equal(["/ping/secret/start?x=1", "/ping/secret?x=1", "/ping/secret/start?x=1", "/ping/secret/7?x=1"], monitor.Requests.Select(request => request.Path));
        Assert.Empty(warnings);
    }

    [Fact]
    public async Task A_backup_that_was_not_checked_is_no_success_and_a_verification_no_backup()
    {
        await HearAsync(Pings("/ping"), News(0, isChecked: false), News(0, isChecked: true, kind: "verify"), News(null, kind: "restore"));
        Assert.Empty(monitor.Requests);
    }

    [Fact]
    public async Task While_the_backup_of_another_database_fails_no_success_is_told()
    {
        using (var journal = RunJournal.Open(folder.Path)) journal.Write(News(1).Run with { Database = "other", State = "failed", ErrorCode = "failed", Error = "why" }, noticed: true);
        await HearAsync(Pings("/ping"), News(0, isChecked: true));
        Assert.Empty(monitor.Requests);
        using (var journal = RunJournal.Open(folder.Path)) journal.Write(News(0).Run with { Database = "other", State = "succeeded" }, noticed: true);
        await HearAsync(Pings("/ping"), News(0, isChecked: true));
        Assert.Equal("/ping", Assert.Single(monitor.Requests).Path);
    }

    [Fact]
    public async Task A_monitor_that_hangs_or_refuses_is_told_without_its_address_and_keeps_nobody_waiting()
    {
        monitor.Answer = request => request.Path.EndsWith("start", StringComparison.Ordinal) ? null : new WebReply(500);
        var pings = Pings("/planted-mark");
        // It has returned before anything was answered.
        pings.Hear(News(null));
        Assert.False(pings.FlushAsync().IsCompleted);
        await HearAsync(pings, News(0, isChecked: true));
        Assert.Equal(["the monitor of BACKUP_PING_URL was not told: no answer within 0.3 s", "the monitor of BACKUP_PING_URL was not told: it answered 500 InternalServerError"], warnings);
    }

    [Fact]
    public async Task A_backup_that_somebody_stopped_neither_failed_nor_is_one()
    {
        await HearAsync(Pings("/ping"), News(130) with { Run = News(130).Run with { State = RunState.Cancelled } });
        Assert.Empty(monitor.Requests);
    }

    private RunPings Pings(string path) => new(new SecretSource(monitor.Address + path, "/", new Dictionary<string, string>()), folder.Path, new WebPost(TimeSpan.FromSeconds(0.3)), warnings.Add);

    private static async Task HearAsync(RunPings pings, params RunNews[] news)
    {
        foreach (var one in news) pings.Hear(one);
        await pings.FlushAsync();
    }

    private static RunNews News(int? exitCode, bool isChecked = false, string kind = "backup")
    {
        var at = new DateTimeOffset(2026, 11, 23, 2, 0, 0, TimeSpan.Zero);
        return new RunNews(new RunRow { Id = "1", Kind = kind, Database = "shop", Actor = "me@here", StartedAt = at, FinishedAt = at, State = "running" }, exitCode, isChecked);
    }

    public async ValueTask DisposeAsync()
    {
        await monitor.DisposeAsync();
        folder.Dispose();
    }
}
