using Tidemark.BaseBackups;
using Tidemark.Hosting;
using Tidemark.Postgres.Wal;
using Tidemark.Wal;
using static Tidemark.Tests.Retention.Bases.MadeBases;

namespace Tidemark.Tests.Hosting;

public sealed class BaseStandingTests
{
    private static readonly WalReach Reach = new(TimelineId.First, Segments.StartOf(Open) + 100, Now.AddSeconds(-5));

    [Fact]
    public void Any_second_is_reached_from_the_end_of_the_oldest_good_one_to_where_commits_are_known()
    {
        var standing = BaseStanding.Of(Facts(Good(5), Good(200), Good(300).Expired(), Of(100, BaseState.Damaged)), Reach, [], Now);
        Assert.Equal((2, Now.AddHours(-200), Reach.At), (standing.Good, standing.From, standing.Until));
        Assert.Equal(TimeSpan.FromHours(5), standing.NewestAge(Now));
        Assert.Single(standing.Damaged);
        Assert.Contains("DAMAGED", standing.Words(Now).Last(), StringComparison.Ordinal);
    }

    [Fact]
    public void Behind_a_gap_it_begins_anew_and_without_a_note_it_goes_to_the_last_stored_commit()
    {
        var facts = Facts([.. Enumerable.Range(1, (int)Open).Where(number => (ulong)number != SegmentAt(100)).Select(number => Name((ulong)number))], [], Good(5), Good(50), Good(200));
        var standing = BaseStanding.Of(facts, null, [], Now);
        Assert.Equal((Now.AddHours(-50), null), (standing.From, standing.Until));
        Assert.Contains("the last commit in the stored WAL", standing.Words(Now).First(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_newest_proven_moment_is_told_with_what_its_drill_measured()
    {
        var standing = BaseStanding.Of(Facts(Good(5), Good(100).Proven(SegmentAt(90)), Good(200).Proven(SegmentAt(150)), Of(20, BaseState.Damaged).Proven(SegmentAt(3))), Reach, [], Now);
        Assert.Equal((Now.AddHours(-90), "drill-1", 90d, 12d), (standing.Proof!.At, standing.Proof.ProvenBy, standing.Proof.RpoSeconds, standing.Proof.RtoSeconds));
        Assert.Contains("proven 1 h 0 min ago by drill-1, which came back to 2026-11-18 06:00:00Z; measured: RPO 90 s, RTO 12 s", standing.Words(Now));
        Assert.Contains("never proven by a drill", BaseStanding.Of(Facts(Good(5)), Reach, [], Now).Words(Now));
        Assert.Equal(90 * 3600, Assert.Single(BaseMetrics.Of([standing], Now).Single(family => family.Name == "tidemark_base_proven_point_age_seconds").Samples).Value);
    }

    [Fact]
    public void Without_a_good_one_no_second_is()
    {
        var standing = BaseStanding.Of(Facts(Of(5, BaseState.Damaged)), Reach, [], Now);
        Assert.Equal((0, null, null), (standing.Good, standing.Newest, standing.From));
        Assert.Equal(Tidemark.Notifications.Severity.Critical, Assert.Single(BaseConditions.Of([standing]).Conditions).Severity);
        Assert.Empty(BaseConditions.Of([BaseStanding.Of(Facts(Good(5)), Reach, [], Now)]).Conditions);
        Assert.Contains("not known", Assert.Single(BaseStanding.Unknown("s3://away", "it is away").Words(Now)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_store_that_is_away_has_no_numbers_and_one_without_any_has_none_of_the_newest()
    {
        var families = BaseMetrics.Of([BaseStanding.Of(Facts(Good(5), Good(10)), Reach, [], Now), BaseStanding.Unknown("s3://away", "it is away")], Now).ToDictionary(family => family.Name, family => family.Samples);
        Assert.Equal(2, Assert.Single(families["tidemark_base_backups"]).Value);
        Assert.Equal(5 * 3600, Assert.Single(families["tidemark_base_backup_age_seconds"]).Value);
        Assert.Equal(10 * 3600, Assert.Single(families["tidemark_recovery_window_seconds"]).Value);
    }
}
