using Tidemark.Configuration;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Configuration;

public sealed class ScheduleSettingsTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly Dictionary<string, string> environment = [];

    [Fact]
    public void With_nothing_said_there_is_one_a_day_at_two_and_no_objective_follows_from_it()
    {
        var options = Read().Options;
        var schedule = Assert.Single(options.Schedules);
        Assert.Equal(("daily", "0 2 * * *", "UTC", null, null), (schedule.Name, schedule.Cron, schedule.Zone.Id, schedule.Format, options.SchedulesSaidBy));
        Assert.Null(options.Objectives.Rpo);
    }

    [Fact]
    public void A_service_that_follows_the_schedule_of_every_day_has_its_objective_and_one_that_was_told_otherwise_has_not()
    {
        var objectives = Read().Options.OfService().Objectives;
        Assert.Equal((TimeSpan.FromHours(26), true, false), (objectives.Rpo, objectives.RpoIsOfSchedule, objectives.RpoIsOfService));
        Assert.True(Read().Options.Objectives.RpoIsOfService);
        var none = Read(("BACKUP_SCHEDULE_CRON", "none")).Options;
        Assert.Equal((null, false), (none.OfService().Objectives.Rpo, none.Objectives.RpoIsOfService));
        Assert.Equal(TimeSpan.FromMinutes(15), Read(("BACKUP_RPO", "15m")).Options.OfService().Objectives.Rpo);
    }

    [Fact]
    public void A_cron_that_cannot_be_read_says_what_each_field_may_be()
    {
        var (_, why) = CronText.Read("61 2 * * *", TimeZoneInfo.Utc);
        Assert.StartsWith("the fields are minute 0-59, hour 0-23", why, StringComparison.Ordinal);
    }

    [Fact]
    public void Hourly_custom_is_one_line()
    {
        var options = Read(("BACKUP_SCHEDULE_CRON", "@hourly custom")).Options;
        var schedule = Assert.Single(options.Schedules);
        Assert.Equal(("hourly", "@hourly", "custom", "environment BACKUP_SCHEDULE_CRON"), (schedule.Name, schedule.Cron, schedule.Format, options.SchedulesSaidBy));
        Assert.Equal((TimeSpan.FromHours(3), true), (options.Objectives.Rpo, options.Objectives.RpoIsOfSchedule));
    }

    [Fact]
    public void One_of_base_backups_is_of_the_whole_server_and_sets_no_objective_for_dumps()
    {
        var options = Read(("BACKUP_SCHEDULE_CRON", "0 2 * * *; 0 3 * * 0 base")).Options;
        Assert.Equal([("daily", false, null), ("cron-2", true, (string?)null)], options.Schedules.Select(schedule => (schedule.Name, schedule.IsOfCluster, schedule.Format)));
        Assert.Equal(TimeSpan.FromHours(26), options.Objectives.Rpo);
        Assert.Null(Read(("BACKUP_SCHEDULE_CRON", "0 3 * * 0 base")).Options.Objectives.Rpo);
        folder.Write("tidemark.json", """{ "Tidemark": { "Schedules": { "sundays": { "Cron": "0 3 * * 0", "Kind": "base" } } } }""");
        Assert.True(Assert.Single(Read().Options.Schedules).IsOfCluster);
        folder.Write("tidemark.json", """{ "Tidemark": { "Schedules": { "sundays": { "Cron": "0 3 * * 0", "Kind": "base", "Databases": "shop" } } } }""");
        Assert.Contains("whole server", Assert.Throws<Fault>(() => Read()).What, StringComparison.Ordinal);
    }

    [Fact]
    public void Drills_have_one_that_is_off_until_it_is_said_or_there_is_a_server_for_them_and_sets_no_objective()
    {
        (string, string) target = ("BACKUP_DRILL_TARGET", "postgresql://h/d");
        var drills = Assert.Single(Read(target).Options.Schedules, schedule => schedule.IsOfDrills);
        Assert.Equal(("drill", "@quarterly"), (drills.Name, drills.Cron));
        Assert.DoesNotContain(Read(target, ("BACKUP_DRILL_SCHEDULE", "none")).Options.Schedules, schedule => schedule.IsOfDrills);
        Assert.Equal("@monthly", Assert.Single(Read(("BACKUP_DRILL_SCHEDULE", "@monthly")).Options.Schedules, schedule => schedule.IsOfDrills).Cron);
        Assert.Equal(TimeSpan.FromHours(26), Read(target).Options.OfService().Objectives.Rpo);
        Assert.Null(Read(target, ("BACKUP_SCHEDULE_CRON", "none")).Options.OfService().Objectives.Rpo);
        folder.Write("tidemark.json", """{ "Tidemark": { "Schedules": { "drill": { "Cron": "@daily" } } } }""");
        Assert.Contains("is named drill already", Assert.Throws<Fault>(() => Read(target)).What, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_stand_between_semicolons_and_share_what_the_others_say()
    {
        var options = Read(("BACKUP_SCHEDULE_CRON", "0 2 * * * ; @hourly custom; @hourly"), ("BACKUP_SCHEDULE_ZONE", "Europe/Berlin"), ("BACKUP_SCHEDULE_JITTER", "5m"),
            ("BACKUP_SCHEDULE_BLACKOUT", "08:00-18:00, 23:00-01:00"), ("BACKUP_SCHEDULE_GRACE", "1h"), ("BACKUP_SCHEDULE_DATABASES", "shop, orders")).Options;
        Assert.Equal(["daily", "hourly", "hourly-3"], options.Schedules.Select(schedule => schedule.Name));
        Assert.All(options.Schedules, schedule => Assert.Equal(("Europe/Berlin", TimeSpan.FromMinutes(5), "08:00-18:00,23:00-01:00", TimeSpan.FromHours(1), "shop,orders"),
            (schedule.Zone.Id, schedule.Jitter, string.Join(',', schedule.Blackout), schedule.Grace, string.Join(',', schedule.Databases))));
    }

    [Fact]
    public void None_is_none() => Assert.Empty(Read(("BACKUP_SCHEDULE_CRON", "none")).Options.Schedules);

    [Fact]
    public void An_objective_that_is_given_is_not_the_schedules()
    {
        var objectives = Read(("BACKUP_SCHEDULE_CRON", "@hourly"), ("BACKUP_RPO", "15m")).Options.Objectives;
        Assert.Equal((TimeSpan.FromMinutes(15), false), (objectives.Rpo, objectives.RpoIsOfSchedule));
        Assert.Equal(TimeSpan.FromHours(26), Read(("BACKUP_RPO", ""), ("BACKUP_SCHEDULE_CRON", "0 2 * * *")).Options.Objectives.Rpo);
    }

    [Fact]
    public void Named_ones_stand_in_json_and_the_variable_overrides_them_all()
    {
        folder.Write("tidemark.json", """
            { "Tidemark": { "ScheduleJitter": "1m", "Schedules": {
              "nightly": { "Cron": "30 1 * * *", "Zone": "America/New_York", "Format": "custom", "Databases": "all", "Grace": "3h" },
              "often": { "cron": "@every-15m", "Blackout": "09:00-17:00", "Jitter": "0s" } } } }
            """);
        var (nightly, often) = Read().Options.Schedules is [var first, var second] ? (first, second) : throw new InvalidOperationException("not two");
        Assert.Equal(("nightly", "America/New_York", "custom", "all", TimeSpan.FromHours(3), TimeSpan.FromMinutes(1)), (nightly.Name, nightly.Zone.Id, nightly.Format, nightly.Databases[0], nightly.Grace, nightly.Jitter));
        Assert.Equal(("often", "UTC", "09:00-17:00", TimeSpan.Zero), (often.Name, often.Zone.Id, string.Join(',', often.Blackout), often.Jitter));
        Assert.Equal("hourly", Assert.Single(Read(("BACKUP_SCHEDULE_CRON", "@hourly")).Options.Schedules).Name);
    }

    [Theory]
    [InlineData("BACKUP_SCHEDULE_CRON", "0 2 * *", "has five fields")]
    [InlineData("BACKUP_SCHEDULE_CRON", "0 0 2 * * *", "has five fields")]
    [InlineData("BACKUP_SCHEDULE_CRON", "61 2 * * *", "must be between 0 and 59")]
    [InlineData("BACKUP_SCHEDULE_CRON", "0 0 31 2 *", "there is no such day")]
    [InlineData("BACKUP_SCHEDULE_CRON", "@reboot", "the words are @hourly")]
    [InlineData("BACKUP_SCHEDULE_CRON", "@every-7m", "the words are @hourly")]
    [InlineData("BACKUP_SCHEDULE_CRON", "0 2 * * * plain", "has five fields")]
    [InlineData("BACKUP_SCHEDULE_CRON", "@daily;", "between two semicolons")]
    [InlineData("BACKUP_DRILL_SCHEDULE", "@reboot", "the words are @hourly")]
    [InlineData("BACKUP_SCHEDULE_ZONE", "Europe/Atlantis", "knows no such time zone")]
    [InlineData("BACKUP_SCHEDULE_ZONE", "../../etc/passwd", "knows no such time zone")]
    [InlineData("BACKUP_SCHEDULE_JITTER", "5 min", "one of s, m, h, d")]
    [InlineData("BACKUP_SCHEDULE_GRACE", "8d", "at most 7d")]
    [InlineData("BACKUP_SCHEDULE_BLACKOUT", "8-18", "is no window of the day")]
    [InlineData("BACKUP_SCHEDULE_BLACKOUT", "08:00-08:00", "is no window of the day")]
    [InlineData("BACKUP_SCHEDULE_BLACKOUT", "00:00-12:00,12:00-00:00", "no minute of the day is left")]
    public void What_cannot_be_read_is_a_fault_with_the_value_seen(string variable, string value, string why)
    {
        var fault = Assert.Throws<Fault>(() => Read((variable, value)));
        Assert.Contains(why, fault.What, StringComparison.Ordinal);
        Assert.Contains(value.TrimEnd(';').Replace(" plain", "", StringComparison.Ordinal), fault.What, StringComparison.Ordinal);
        Assert.Equal(FaultCode.Configuration, fault.Code);
    }

    [Theory]
    [InlineData("""{ "x": { "Corn": "@hourly" } }""", "there is no setting Tidemark:Schedules:x:Corn")]
    [InlineData("""{ "x": "@hourly" }""", "there is no setting Tidemark:Schedules:x;")]
    [InlineData("""{ "x": { "Format": "custom" } }""", "Schedules:x: it has no Cron")]
    [InlineData("""{ "x": { "Cron": "@often" } }""", "'@often' (tidemark.json, Schedules:x:Cron)")]
    [InlineData("""{ "x": { "Cron": "@hourly", "Zone": "Mars" } }""", "'Mars' (tidemark.json, Schedules:x:Zone)")]
    [InlineData("""{ "x": { "Cron": "@hourly", "Format": "plain" } }""", "'plain' (tidemark.json, Schedules:x:Format)")]
    public void So_it_is_in_json(string schedules, string expected)
    {
        folder.Write("tidemark.json", $$"""{ "Tidemark": { "Schedules": {{schedules}} } }""");
        Assert.Contains(expected, Assert.Throws<Fault>(() => Read()).What, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private TidemarkSettings Read(params (string Name, string Value)[] variables)
    {
        foreach (var (name, value) in variables) environment[name] = value;
        try
        {
            return ConfigurationReader.Read(folder.Path, environment, new Dictionary<string, string>());
        }
        finally
        {
            environment.Clear();
        }
    }
}
