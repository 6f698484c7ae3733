using Tidemark.BaseBackups;
using Tidemark.Postgres.Wal;
using Tidemark.Restores.Bases;
using Tidemark.Tests.BaseBackups;

namespace Tidemark.Tests.Restores.Bases;

/// <summary>What a restored server is told, by what it is to be. That PostgreSQL takes it, other tests see.</summary>
public sealed class RecoverySettingsTests
{
    private static readonly string[] Told = ["archive_mode", "max_logical_replication_workers", "synchronous_standby_names", "primary_conninfo", "recovery_target_timeline", "recovery_target_action", "restore_command", "port"];

    [Theory]
    [InlineData("Copy", false, null, "recovery_target_timeline=1 recovery_target_action=pause restore_command=exit 1 primary_conninfo= synchronous_standby_names= archive_mode=off max_logical_replication_workers=0")]
    [InlineData("Primary", true, 5433, "recovery_target_timeline=1 recovery_target_action=promote restore_command=exit 1 primary_conninfo= port=5433 synchronous_standby_names=")]
    [InlineData("Standby", false, null, "recovery_target_timeline=latest recovery_target_action=pause restore_command=exit 1 primary_conninfo=host=other")]
    public void A_copy_acts_as_nobody_a_primary_as_the_lost_one_and_a_standby_follows(string role, bool promote, int? port, string expected)
    {
        var manner = new RecoveryManner(Enum.Parse<RestoredRole>(role), promote, RecoverySettings.NothingElse, role == "Standby" ? "host=other" : null, port);
        var lines = RecoverySettings.Lines(Plan(), new Dictionary<string, int>(), manner).ToList();
        Assert.Equal(expected, string.Join(' ', lines.Where(line => Told.Contains(line.Name)).Select(line => $"{line.Name}={line.Value}")));
        Assert.Equal(role == "Standby" ? "standby.signal" : "recovery.signal", RecoverySettings.SignalOf(manner));
        // Each name once, or what stands behind would take back what stands before.
        Assert.Equal(lines.Select(line => line.Name).Distinct().Count(), lines.Count);
    }

    [Fact]
    public void What_stood_in_the_file_stays_before_it_and_a_quote_ends_nothing()
    {
        var text = RecoverySettings.Write(Plan(), "work_mem = '5MB'", new Dictionary<string, int> { ["max_connections"] = 150 }, new RecoveryManner(RestoredRole.Copy, false, "'/srv/it''s/tidemark' wal fetch", null, null));
        Assert.StartsWith("work_mem = '5MB'\n", text, StringComparison.Ordinal);
        Assert.Contains("\nrestore_command = '''/srv/it''''s/tidemark'' wal fetch'\n", text, StringComparison.Ordinal);
        Assert.Contains("\nmax_connections = '150'\n", text, StringComparison.Ordinal);
        Assert.All(text.Split('\n').SkipWhile(line => !line.StartsWith('#')).Where(line => line.Length > 0), line => Assert.Matches("^(#|[a-z_]+ = '.*'$)", line));
    }

    private static RecoveryPlan Plan()
    {
        Assert.True(BaseId.TryParse(MadeManifest.Plain.Id, out var id));
        var road = new RecoveryRoad(new BaseEntry(id, BaseState.Complete, null) { Manifest = MadeManifest.Plain }, new TimelineHistory(TimelineId.First, []), new Lsn(0x2000028), new Lsn(0x2000100), DateTimeOffset.UnixEpoch, new Lsn(0x4000000));
        return new RecoveryPlan(road, new RecoveryTarget.End(), RecoveryStop.End, null, road.End, null, []);
    }
}
