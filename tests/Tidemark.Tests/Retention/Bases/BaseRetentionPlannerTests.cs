using CsCheck;
using Tidemark.BaseBackups;
using Tidemark.Configuration;
using Tidemark.Postgres.Wal;
using Tidemark.Retention.Bases;
using static Tidemark.Tests.Retention.Bases.MadeBases;

namespace Tidemark.Tests.Retention.Bases;

public sealed class BaseRetentionPlannerTests
{
    private static readonly RetentionPolicy Week = new(7);

    [Fact]
    public void Age_count_and_tiers_keep_what_they_keep_of_dumps()
    {
        var entries = Enumerable.Range(0, 40).Select(day => Good(day * Hours)).ToArray();
        Assert.Equal(entries.Skip(8).Select(entry => (Now - entry.Refs!.Wal.Stop.Time).TotalHours), Goes(Week, entries));
        Assert.Equal(37, Goes(new RetentionPolicy(null, 3), entries).Length);
        var monthly = Plan(new RetentionPolicy(null, 1, Monthly: 2), entries);
        Assert.Equal(["2026-11-22", "2026-10-31"], monthly.Stays.Select(decision => $"{decision.Item.Time:yyyy-MM-dd}"));
    }

    [Fact]
    public void The_newest_good_one_stays_however_old_and_what_is_not_good_fills_no_rule()
    {
        Assert.Equal([], Goes(Week, Good(1000)));
        Assert.Equal([2000], Goes(Week, Good(1000), Good(2000)));
        // An older one that is damaged goes by age, and leaves the count to others.
        var (first, damaged, second) = (Good(200), Of(300, BaseState.Damaged), Good(400));
        Assert.Equal([300], Goes(new RetentionPolicy(null, 2), first, damaged, second));
    }

    [Fact]
    public void The_newest_proven_one_stays_with_the_WAL_up_to_the_moment_that_was_proven_and_no_more()
    {
        var (proven, older) = (Good(1000).Proven(SegmentAt(990)), Good(1200).Proven(SegmentAt(1190)));
        var plan = Plan(Week, Good(1), Good(500), proven, older);
        Assert.Equal([500, 1200], plan.Goes.Select(decision => Math.Round((Now - decision.Item.Time).TotalHours)));
        Assert.Equal(["lastProven"], plan.Reasons(proven));
        Assert.All([SegmentAt(1000) - 1, SegmentAt(1000), SegmentAt(995), SegmentAt(990)], number => Assert.True(plan.Wal.Wants(Name(number)), $"{number}"));
        Assert.All([SegmentAt(989), SegmentAt(700), SegmentAt(1190)], number => Assert.False(plan.Wal.Wants(Name(number)), $"{number}"));
        // What was found damaged since proves nothing.
        Assert.Equal(["lastProven"], Plan(Week, Good(1), proven with { State = BaseState.Damaged }, older).Reasons(older));
    }

    [Fact]
    public void While_the_newest_is_damaged_nothing_goes_neither_backups_nor_WAL()
    {
        var (newest, good, old) = (Of(1, BaseState.Damaged), Good(300), Good(500));
        var plan = Plan(Week, newest, good, old);
        Assert.Empty(plan.Goes);
        Assert.Equal(["held"], plan.Reasons(old));
        Assert.Contains("damaged", plan.Wal.WhyAll, StringComparison.Ordinal);
        Assert.True(plan.Wal.Wants(Name(1)));
        Assert.Contains(newest.Id.Text, Assert.Single(plan.Remarks), StringComparison.Ordinal);
        Assert.Equal([500], Goes(Week, Good(0.5), newest, good with { State = BaseState.Complete }, old).Where(hours => hours > 400));
    }

    [Fact]
    public void A_pin_and_a_backup_that_is_being_built_on_it_hold_one_and_a_pin_that_has_ended_does_not()
    {
        var (pinned, ended, parent, plain) = (Good(300).Pinned(), Good(320).Pinned(Now.AddHours(-1)), Good(340), Good(360));
        var plan = Plan(Week, Good(1), pinned, ended, parent, plain, Taken(parent));
        Assert.Equal([320, 360], plan.Goes.Select(decision => (Now - decision.Item.Time).TotalHours));
        Assert.Equal(["pinned"], plan.Reasons(pinned));
        Assert.Equal(["building"], plan.Reasons(parent));
    }

    [Fact]
    public void One_that_has_expired_is_given_up_once_and_a_pin_brings_it_back()
    {
        var expired = Good(300).Expired();
        var plan = Plan(Week, Good(1), expired);
        Assert.Empty(plan.Goes);
        Assert.Same(expired, Assert.Single(plan.Leaving));
        var pinned = expired.Pinned();
        Assert.Equal(["pinned"], Plan(Week, Good(1), pinned).Reasons(pinned));
    }

    [Fact]
    public void What_a_stranger_wrote_and_what_cannot_be_read_is_left_alone_and_stands_in_for_nothing()
    {
        var (strange, unread) = (Of(1, BaseState.Unauthenticated), Good(500) with { State = BaseState.Damaged, Refs = null, Why = "made up" });
        var plan = Plan(Week, strange, Good(300), unread);
        Assert.Empty(plan.Goes);
        Assert.Equal([strange, unread], plan.LeftAlone);
        Assert.Contains("cannot be read", plan.Wal.WhyAll, StringComparison.Ordinal);
        Assert.Equal([500], Goes(Week, strange, Good(300), Good(500)));
    }

    [Fact]
    public void One_ahead_of_the_clock_stays_and_stands_in_for_nothing()
    {
        var ahead = Good(-48, segment: 5000);
        var plan = Plan(new RetentionPolicy(null, 1), ahead, Good(100), Good(200));
        Assert.Equal([200], plan.Goes.Select(decision => (Now - decision.Item.Time).TotalHours));
        Assert.Equal(["ahead"], plan.Reasons(ahead));
    }

    [Fact]
    public void A_window_keeps_the_newest_that_is_older_than_its_beginning_and_all_WAL_since_that_began()
    {
        var policy = new RetentionPolicy(1, Window: TimeSpan.FromDays(7));
        BaseEntry[] entries = [Good(10), Good(100), Good(160), Good(170), Good(300)];
        var plan = Plan(policy, entries);
        Assert.Equal([100, 160, 300], plan.Goes.Select(decision => (Now - decision.Item.Time).TotalHours));
        Assert.Equal(["window"], plan.Reasons(entries[3]));
        Assert.True(plan.Wal.Wants(Name(SegmentAt(170) - 1)));
        // Spans of those that have not been swept are needed until then.
        Assert.True(plan.Wal.Wants(Name(SegmentAt(300))));
        Assert.False(plan.Wal.Wants(Name(SegmentAt(300) - 2)));
        Assert.False(plan.Wal.Wants(Name(SegmentAt(170) - 2)));
    }

    [Fact]
    public void A_window_that_reaches_back_before_all_backups_keeps_the_oldest() =>
        Assert.Equal([10, 20], Goes(new RetentionPolicy(null, 1, Window: TimeSpan.FromDays(90)), Good(5), Good(10), Good(20), Good(30)));

    [Fact]
    public void Behind_a_gap_of_the_WAL_a_window_needs_the_next_backup_too()
    {
        BaseEntry[] entries = [Good(5), Good(50), Good(60), Good(100), Good(200)];
        var gap = SegmentAt(80);
        var facts = Facts([.. Enumerable.Range(1, (int)Open).Where(number => (ulong)number != gap).Select(number => Name((ulong)number))], [], entries);
        var plan = BaseRetentionPlanner.Plan(facts, new RetentionPolicy(null, 1, Window: TimeSpan.FromDays(7)), Now);
        Assert.Equal([50, 100], plan.Goes.Select(decision => (Now - decision.Item.Time).TotalHours));
        Assert.Equal(["window"], plan.Reasons(entries[2]));
    }

    [Fact]
    public void A_monthly_one_is_a_moment_and_keeps_its_own_WAL_alone()
    {
        BaseEntry[] entries = [Good(5), Good(30), Good(24 * 40)];
        var plan = Plan(new RetentionPolicy(null, 2, Monthly: 2), entries);
        Assert.Empty(plan.Goes);
        Assert.Equal(entries[1], plan.Wal.Since!.Entry);
        Assert.Equal([false, true, true, false], new[] { SegmentAt(24 * 40) - 2, SegmentAt(24 * 40) - 1, SegmentAt(24 * 40), SegmentAt(24 * 40) + 1 }.Select(number => plan.Wal.Wants(Name(number))));
        Assert.False(plan.Wal.Wants(Name(SegmentAt(30) - 2)));
        Assert.True(plan.Wal.Wants(Name(SegmentAt(30) - 1)));
        Assert.True(plan.Wal.Wants(Name(Open + 1)));
    }

    [Fact]
    public void Without_a_good_backup_or_without_knowing_how_long_segments_are_all_WAL_stays()
    {
        Assert.True(Plan(Week).Wal.Wants(Name(1)));
        Assert.NotNull(Plan(Week, Of(10, BaseState.Unauthenticated)).Wal.WhyAll);
        var plan = BaseRetentionPlanner.Plan(Facts(Good(5)) with { SegmentSize = null }, Week, Now);
        Assert.True(plan.Wal.Wants(Name(1)));
        Assert.False(Plan(Week, Good(5)).Wal.Wants(Name(1)));
    }

    [Fact]
    public void A_place_in_the_log_says_nothing_of_another_branch()
    {
        // Timeline 2 left timeline 1 long before where timeline 1 went on to; its backup is the newest.
        var fork = SegmentAt(500);
        var history = new TimelineHistory(new TimelineId(2), [new TimelineFork(new TimelineId(1), Segments.StartOf(fork), "")]);
        var (old, young) = (Good(100), Good(10, timeline: 2, segment: fork + 20));
        WalSegmentName[] wal = [.. Enumerable.Range(1, (int)Open).Select(number => Name((ulong)number)), .. Enumerable.Range((int)fork, 40).Select(number => Name((ulong)number, 2))];
        var both = BaseRetentionPlanner.Plan(Facts(wal, [history], old, young), Week, Now);
        Assert.True(both.Wal.Wants(Name(SegmentAt(100) - 1)));
        Assert.False(both.Wal.Wants(Name(SegmentAt(100) - 2)));
        Assert.True(both.Wal.Wants(Name(fork + 19, 2)));
        Assert.False(both.Wal.Wants(Name(fork + 18, 2)));
        // A timeline newer than that of every backup: its first backup may be on its way.
        var first = BaseRetentionPlanner.Plan(Facts(wal, [history], old), Week, Now);
        Assert.True(first.Wal.Wants(Name(fork, 2)));
        Assert.True(first.Wal.Wants(Name(1, 2)));
    }

    [Fact]
    public void The_order_of_names_decides_nothing()
    {
        BaseEntry[] entries = [Good(1), Good(100), Good(300), Good(500)];
        var names = entries.Select(entry => entry.Id).Reverse().ToList();
        BaseEntry[] renamed = [.. entries.Zip(names, (entry, id) => entry with { Id = id, Refs = entry.Refs! with { Id = id.Text } })];
        Assert.Equal(Goes(Week, entries), Goes(Week, renamed));
    }

    /// <summary>What the plan is for, asked of a second reckoning: every second of the window is reached from a backup that stays, over WAL that stays.</summary>
    [Fact]
    public void Whatever_there_is_no_plan_takes_away_a_second_of_the_window() =>
        Gen.Select(Gen.Int[1, 900].HashSet[1, 12], Gen.Int[1, 900].HashSet[0, 3], Gen.Int[1, 30], Gen.Int[1, 20], Gen.Int[1, 4].Nullable()).Sample((hours, gaps, window, days, count) =>
        {
            var entries = hours.Select(hour => Good(hour)).ToArray();
            var lost = gaps.Select(gap => SegmentAt(gap)).ToHashSet();
            WalSegmentName[] wal = [.. Enumerable.Range(1, (int)Open).Where(number => !lost.Contains((ulong)number)).Select(number => Name((ulong)number))];
            var plan = BaseRetentionPlanner.Plan(Facts(wal, [], entries), new RetentionPolicy(days, count, Window: TimeSpan.FromDays(window)), Now);
            var stays = plan.Stays.Select(decision => decision.Item.Entry).ToList();
            var left = wal.Where(plan.Wal.Wants).Select(name => name.Number(Segments)).ToHashSet();
            for (var hour = window * 24 - 1; hour >= 0; hour--)
                if (IsReached(entries, [.. wal.Select(name => name.Number(Segments))], hour)) Assert.True(IsReached(stays, left, hour), $"{hour} hours ago was reached before, and is not after");
        });

    private static bool IsReached(IEnumerable<BaseEntry> entries, HashSet<ulong> wal, int hoursAgo) => entries.Any(entry =>
    {
        var (_, start) = entry.Refs!.Wal.Start.Place();
        if (entry.Refs.Wal.Stop.Time > Now.AddHours(-hoursAgo)) return false;
        for (var number = Segments.NumberAt(start); number <= SegmentAt(hoursAgo); number++)
            if (!wal.Contains(number)) return false;
        return true;
    });
}
