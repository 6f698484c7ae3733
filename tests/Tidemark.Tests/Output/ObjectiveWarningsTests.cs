using Tidemark.Cli.Output;
using Tidemark.Configuration;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Output;

public sealed class ObjectiveWarningsTests : IDisposable
{
    private readonly TempFolder folder = new();

    [Theory]
    [InlineData("15m", "@hourly", "", "", "BACKUP_RPO=15m cannot be met: 1h may lie between two backups of the schedule \"hourly\"; BACKUP_SCHEDULE_CRON=@every-10m would")]
    [InlineData("15m", "@hourly", "08:00-18:00", "", "no schedule does, with the blackout 08:00-18:00; WAL does")]
    [InlineData("13h", "0 2 * * *; 0 16 * * *", "", "", "14h may lie between two backups of the schedule \"daily\" and \"cron-2\"; BACKUP_SCHEDULE_CRON=@every-12h would")]
    [InlineData("26h", "0 2 * * 1-5", "", "", "3d may lie between two backups of the schedule \"cron-1\"; BACKUP_SCHEDULE_CRON=@daily would")]
    [InlineData("30s", "@hourly", "", "", "no schedule does; WAL does, beside a base backup: BACKUP_WAL=receive, or tidemark wal receive")]
    [InlineData("1h", "@hourly", "", "", null)]
    [InlineData("13h", "0 2 * * *; 0 14 * * * base", "", "", null)]
    [InlineData("15m", "@hourly", "", "receive", null)]
    [InlineData("15m", "none", "", "", null)]
    [InlineData("", "@hourly", "", "", null)]
    public void A_gap_of_the_schedules_that_is_larger_than_the_objective_is_told_with_what_would_meet_it(string rpo, string cron, string blackout, string wal, string? expected)
    {
        var warnings = Of(null, ("BACKUP_RPO", rpo), ("BACKUP_SCHEDULE_CRON", cron), ("BACKUP_SCHEDULE_BLACKOUT", blackout), ("BACKUP_WAL", wal));
        if (expected is null) Assert.Empty(warnings);
        else Assert.Contains(expected, Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("shop", "6h may lie between two backups of the schedule \"nightly\" and \"shop\"; BACKUP_SCHEDULE_CRON=@hourly would")]
    [InlineData("all", "1d may lie between two backups of the schedule \"nightly\"; BACKUP_SCHEDULE_CRON=@hourly would")]
    public void A_database_that_only_the_slower_of_two_schedules_backs_up_counts_by_itself(string nightly, string expected)
    {
        folder.Write("tidemark.json", $$"""{ "Tidemark": { "Schedules": { "orders": { "Cron": "@hourly", "Databases": "orders" }, "nightly": { "Cron": "0 0 * * *", "Databases": "{{nightly}}" }, "shop": { "Cron": "@every-6h", "Databases": "shop" } } } }""");
        Assert.Contains(expected, Assert.Single(Of(null, ("BACKUP_RPO", "2h"))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("7", "", "", 1_000_000L, "keeps none that is older than 7 days; BACKUP_RETENTION_WEEKLY=13 would keep one of each week, for about 12.0 MB more in each store (12 × 1.00 MB")]
    [InlineData("30", "", "", 2_000_000L, "for about 18.0 MB more in each store (9 × 2.00 MB")]
    [InlineData("7", "8", "", 1_000_000L, "keeps none that is older than 56 days; BACKUP_RETENTION_WEEKLY=13 would keep one of each week, for about 5.00 MB")]
    [InlineData("7", "", "", null, "what that takes is known once a good backup can be looked at")]
    [InlineData("7", "13", "", 1_000_000L, null)]
    [InlineData("90", "", "", 1_000_000L, null)]
    [InlineData("7", "", "90", 1_000_000L, null)]
    public void A_retention_that_leaves_drills_less_than_90_days_is_told_with_what_a_weekly_one_costs(string days, string weekly, string count, long? newest, string? expected)
    {
        (string, string)[] retention = [("BACKUP_RETENTION_DAYS", days), ("BACKUP_RETENTION_WEEKLY", weekly), ("BACKUP_RETENTION_COUNT", count)];
        Assert.Empty(Of(newest, retention));
        var warnings = Of(newest, [.. retention, ("BACKUP_DRILL_SCHEDULE", "@quarterly")]);
        if (expected is null) Assert.Empty(warnings);
        else Assert.Contains(expected, Assert.Single(warnings), StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private IReadOnlyList<string> Of(long? newest, params (string Name, string Value)[] variables) =>
        ObjectiveWarnings.Of(ConfigurationReader.Read(folder.Path, variables.Where(one => one.Value.Length > 0).ToDictionary(one => one.Name, one => one.Value), new Dictionary<string, string>()).Options, newest);
}
