using Tidemark.Journal;
using Tidemark.Notifications;
using Tidemark.Postgres.Wal;
using Tidemark.Wal;

namespace Tidemark.Tests.Notifications;

public sealed class WalConditionsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(5);

    [Theory]
    // BACKUP_RPO in seconds, 0: not set; and after how many seconds without WAL it is told.
    [InlineData(0, 300)]
    [InlineData(60, 60)]
    [InlineData(93600, 300)]
    [InlineData(5, 11)]
    public void It_is_told_by_a_short_objective_and_after_five_minutes_whatever_the_objective_is(int rpo, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), WalConditions.Limit(Beat, rpo == 0 ? null : TimeSpan.FromSeconds(rpo)));

    [Theory]
    [InlineData(48, 0, null)]
    [InlineData(49, 0, Severity.Lingering)]
    [InlineData(60, 0, Severity.Lingering)]
    [InlineData(61, 0, Severity.Warning)]
    [InlineData(120, 0, Severity.Warning)]
    [InlineData(121, 0, Severity.Critical)]
    // Warned of at the limit; worse where the objective is longer only when it is broken.
    [InlineData(301, 900, Severity.Warning)]
    [InlineData(900, 900, Severity.Warning)]
    [InlineData(901, 900, Severity.Critical)]
    internal void The_older_the_newest_commit_in_a_store_is_the_more_urgent(int age, int rpo, Severity? severity)
    {
        var objective = TimeSpan.FromSeconds(rpo == 0 ? 60 : rpo);
        var found = Of(objective, Now.AddHours(-1), Reaching(age)).Conditions;
        Assert.Equal(severity, found.SingleOrDefault()?.Severity);
        if (severity is null) return;
        Assert.Equal(("", "wal-late", "/backups", "tidemark wal status"), (found[0].Database, found[0].Cause, found[0].Place, found[0].Next));
        Assert.Equal(Now.AddSeconds(-age) + WalConditions.Limit(Beat, objective), found[0].Since);
    }

    [Fact]
    public void What_was_missed_while_nothing_ran_opens_nothing_within_the_first_minute()
    {
        Assert.Equal(Severity.Lingering, Assert.Single(Of(null, Now.AddSeconds(-60), Reaching(86400)).Conditions).Severity);
        Assert.Equal(Severity.Critical, Assert.Single(Of(null, Now.AddSeconds(-61), Reaching(86400)).Conditions).Severity);
        // The receiver was there already: what comes late then is late.
        Assert.Equal(Severity.Warning, Assert.Single(Of(TimeSpan.FromSeconds(20), Now.AddSeconds(-30), Reaching(25)).Conditions).Severity);
        // Nothing has ever come: since the service began.
        Assert.Empty(Of(null, Now.AddSeconds(-60), Nothing).Conditions);
        Assert.Contains("no WAL is known to have come into this store since the service began, 6 min ago", Assert.Single(Of(null, Now.AddMinutes(-6), Nothing).Conditions).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_clock_of_the_server_that_is_hours_ahead_hides_nothing()
    {
        var condition = Assert.Single(Of(null, Now.AddMinutes(-6), Reaching(-7200)).Conditions);
        Assert.Equal(Severity.Warning, condition.Severity);
        Assert.Contains("the server's clock said 2026-11-23 14:00:00Z, which is ahead of ours", condition.Text, StringComparison.Ordinal);
        // By minutes is usual.
        Assert.Empty(Of(null, Now.AddMinutes(-6), Reaching(-600)).Conditions);
    }

    [Fact]
    public void Each_store_is_judged_by_itself_and_what_failed_is_in_the_words()
    {
        var found = WalConditions.Of([Reaching(1), Reaching(400) with { Store = "s3://b", Failure = "403" }], TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), ["not received: the server is gone"], Now.AddHours(-1), Now);
        Assert.Equal("commits of the last 6 min may not be in the WAL of this store: it is told after 5 min, and BACKUP_RPO is 15m; not received: the server is gone; not shipped: 403", Assert.Single(found.Conditions).Text);
        Assert.Contains("nothing has failed", Assert.Single(Of(null, Now.AddHours(-1), Reaching(400)).Conditions).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Opened_worsened_reminded_and_over_are_told_and_over_also_where_WAL_is_not_received_any_more()
    {
        List<string> told = [];
        IReadOnlyList<IncidentRow> open = [];
        // The server goes at minute 10, and is back at minute 100.
        for (var minute = 0; minute < 110; minute++)
        {
            var now = Now.AddMinutes(minute);
            var reach = new WalReach(new TimelineId(1), new Lsn(1), minute is >= 10 and < 100 ? Now.AddMinutes(10) : now);
            var survey = WalConditions.Of([new StoreReach("/backups", null, reach, null)], TimeSpan.FromMinutes(5), null, [], Now.AddHours(-1), now);
            var steps = IncidentPlanner.Plan(open, survey, now);
            told.AddRange(steps.Where(step => step.Event is not null).Select(step => $"{minute} {step.Event}"));
            open = [.. steps.Select(step => step.Incident).Where(incident => incident.OverAt is null).Concat(open.Where(_ => steps.Count == 0))];
        }
        Assert.Equal(["16 Opened", "21 Worsened", "81 Reminded", "100 Over"], told);

        var late = Assert.Single(IncidentPlanner.Plan([], Of(null, Now.AddHours(-1), Reaching(400)), Now)).Incident;
        Assert.Equal(IncidentEvent.Over, Assert.Single(IncidentPlanner.Plan([late], WalConditions.Of([], default, null, [], Now, Now), Now)).Event);
    }

    private static StoreReach Nothing => new("/backups", null, null, null);

    private static StoreReach Reaching(int age) => Nothing with { Reach = new WalReach(new TimelineId(1), new Lsn(0x1000000), Now.AddSeconds(-age)) };

    private static Survey Of(TimeSpan? rpo, DateTimeOffset begun, StoreReach store) => WalConditions.Of([store], WalConditions.Limit(Beat, rpo), rpo, [], begun, Now);
}
