using Tidemark.Configuration;
using Tidemark.Dumps;
using Tidemark.Journal;
using Tidemark.Notifications;
using Tidemark.Protection;
using Tidemark.Retention;
using static Tidemark.Tests.Protection.Backups;
using Kept = Tidemark.Tests.Retention.Backups;

namespace Tidemark.Tests.Notifications;

public sealed class ConditionTests
{
    [Theory]
    [InlineData(79.9, null)]
    [InlineData(80, Severity.Warning)]
    [InlineData(100, Severity.Warning)]
    [InlineData(100.1, Severity.Critical)]
    internal void The_objective_is_told_at_80_percent_and_again_when_it_is_used_up(double minutes, Severity? severity)
    {
        var found = Judge(Hundred, Of("a", minutes)).Where(condition => condition.Cause == Cause.Objective).ToList();
        Assert.Equal(severity, found.SingleOrDefault()?.Severity);
        // Since when: that is when the line was crossed, not when somebody looked.
        if (severity is not null) Assert.Equal(Now.AddMinutes(-minutes + (severity == Severity.Warning ? 80 : 100)), found[0].Since);
    }

    [Fact]
    public void Nothing_to_go_back_to_is_one_incident_and_a_damaged_newest_backup_another()
    {
        Assert.Equal(["exposed Critical"], Words(Judge(Hundred)));
        Assert.Equal(["exposed Critical"], Words(Judge(Hundred, Of("a", 5, DumpState.Damaged))));
        Assert.Equal(["exposed Critical"], Words(Judge(Hundred, Of("good", 10), Of("newer", 5, DumpState.Damaged))));
        Assert.Equal(["objective Critical", "exposed Critical"], Words(Judge(Hundred, Of("good", 200), Of("newer", 5, DumpState.Missing))));
        Assert.Equal(["exposed Critical"], Words(Judge(NoObjective, Of("a", 5, DumpState.Damaged))));
        Assert.Empty(Judge(NoObjective, Of("a", 60 * 24 * 100)));
    }

    [Fact]
    public void Who_knows_no_objective_where_a_service_may_have_one_ends_no_incident_of_it()
    {
        Assert.Contains(Cause.Objective, ProtectionConditions.Causes(Hundred));
        Assert.Contains(Cause.Objective, ProtectionConditions.Causes(NoObjective));
        Assert.DoesNotContain(Cause.Objective, ProtectionConditions.Causes(NoObjective with { RpoIsOfService = true }));
    }

    [Theory]
    // The median of 1, 2 … 5 MB is 3 MB.
    [InlineData(1_499_999, true)]
    [InlineData(1_500_000, false)]
    [InlineData(6_000_000, false)]
    [InlineData(6_000_001, true)]
    public void A_size_below_half_or_above_twice_the_median_is_unusual(long size, bool unusual)
    {
        var earlier = Enumerable.Range(1, 5).Select(n => Sized($"e{n}", n * 100, n * 1_000_000)).ToList();
        Assert.Equal(unusual, BackupBand.Finding([Sized("new", 1, size), .. earlier], Now) is not null);
        Assert.Null(BackupBand.Finding([Sized("new", 1, size), .. earlier.Take(4)], Now));
    }

    [Fact]
    public void Rows_count_where_the_size_says_nothing_and_only_backups_of_one_form_are_compared()
    {
        List<DumpEntry> earlier = [.. Enumerable.Range(1, 6).Select(n => Sized($"e{n}", n * 100, 1_000_000, rows: 10_000))];
        var lost = Sized("new", 1, 1_000_000, rows: 4_000);
        Assert.Equal("the newest backup new has 4,000 rows, the median is 10,000: that of the last 6 of its form", BackupBand.Finding([lost, .. earlier], Now)?.Words);
        Assert.Null(BackupBand.Finding([lost with { Manifest = lost.Manifest! with { Format = "sql.gz" } }, .. earlier], Now));
        Assert.Null(BackupBand.Finding([lost with { State = DumpState.Unchecked }, .. earlier], Now));
        Assert.Null(BackupBand.Finding([Sized("new", -600, 1, rows: 1), .. earlier], Now));
        // Of small databases everything is unusual.
        Assert.Null(BackupBand.Finding([Sized("new", 1, 40_000, 900), .. Enumerable.Range(1, 6).Select(n => Sized($"e{n}", n * 100, 1_000, rows: 10))], Now));
    }

    [Theory]
    [InlineData(0.88, null)]
    [InlineData(0.89, Severity.Lingering)]
    [InlineData(0.91, Severity.Warning)]
    [InlineData(0.99, Severity.Critical)]
    internal void A_file_system_over_90_percent_is_told_and_over_again_below_88(double used, Severity? severity) => Assert.Equal(severity, StoreConditions.Room("/backups", used)?.Severity);

    [Fact]
    public void The_last_good_backup_that_stays_for_nothing_else_is_told()
    {
        var policy = new RetentionPolicy(7, null, null, null, null, null);
        Assert.Equal(["prune-held"], Causes(RetentionPlanner.Plan([Kept.Good("old", 10), Kept.Of("damaged", 1, DumpState.Damaged)], policy, Kept.Now)));
        Assert.Empty(Causes(RetentionPlanner.Plan([Kept.Good("old", 6)], policy, Kept.Now)));
        Assert.Empty(Causes(RetentionPlanner.Plan([Kept.Pinned(Kept.Good("old", 10))], policy, Kept.Now)));
    }

    [Theory]
    [InlineData(0.5, "prune-behind")]
    // The purge may be under way still.
    [InlineData(0.003, "")]
    public void What_the_last_backup_should_have_removed_and_did_not_is_told(double daysAgo, string causes)
    {
        var policy = new RetentionPolicy(7, null, null, null, null, null);
        var ended = Kept.Now.AddDays(-daysAgo);
        RunRow run = new() { Id = "1", Kind = "backup", Database = "db", Actor = "", StartedAt = ended.AddMinutes(-5), FinishedAt = ended, State = "succeeded" };
        Assert.Equal(causes, string.Join(' ', Causes(RetentionPlanner.Plan([Kept.Good("new", daysAgo), Kept.Good("old", 9)], policy, Kept.Now), run)));
        // It has become too old only since then; or the backup did not get to this store.
        Assert.Empty(Causes(RetentionPlanner.Plan([Kept.Good("new", daysAgo), Kept.Good("old", 7.0001)], policy, Kept.Now), run));
        Assert.Empty(Causes(RetentionPlanner.Plan([Kept.Good("new", 2), Kept.Good("old", 9)], policy, Kept.Now), run));
    }

    [Theory]
    [InlineData(15, 0)]
    [InlineData(16, 1)]
    public void Heartbeats_by_command_are_missing_when_they_fail_for_longer_than_the_limit(int minutes, int conditions)
    {
        NoticeRow notice = new() { Id = 1, Kind = "heartbeat", Database = "db", ErrorCode = "database-unreachable", Text = "it fails", RunId = "1", FirstAt = Now.AddMinutes(-minutes), LastAt = Now, Count = 4 };
        var found = FailedRuns.Of([notice], TimeSpan.FromMinutes(15), Now);
        Assert.Equal(conditions, found.Conditions.Count);
        Assert.Contains(Cause.HeartbeatMissing, found.LookedAt);
        // Where the service watches them itself, they are not told twice.
        var service = FailedRuns.Of([notice], null, Now);
        Assert.Empty(service.Conditions);
        Assert.DoesNotContain(Cause.HeartbeatMissing, service.LookedAt);
    }

    private static List<Condition> Judge(ObjectiveOptions objectives, params DumpEntry[] backups) =>
        [.. ProtectionConditions.Of(new ProtectionReport(Now, [DatabaseProtection.Of(Facts(backups), objectives, Now)], []), objectives)];

    private static IEnumerable<string> Words(IEnumerable<Condition> conditions) => conditions.Select(condition => $"{condition.Cause} {condition.Severity}");

    private static IEnumerable<string> Causes(RetentionPlan plan, params RunRow[] runs) => PruneConditions.Of(plan, runs).Select(condition => condition.Cause);

    private static DumpEntry Sized(string key, double minutes, long size, long rows = 0)
    {
        var backup = Of(key, minutes);
        return backup with { Size = size, Manifest = backup.Manifest! with { Size = size, Rows = [new TableRows("public", "t", rows)] } };
    }
}
