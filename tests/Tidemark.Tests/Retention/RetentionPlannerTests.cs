using Tidemark.Configuration;
using Tidemark.Dumps;
using Tidemark.Retention;
using static Tidemark.Tests.Retention.Backups;

namespace Tidemark.Tests.Retention;

public sealed class RetentionPlannerTests
{
    private static readonly RetentionPolicy Week = new(7);

    [Fact]
    public void What_is_older_than_the_days_expires_and_what_is_exactly_so_old_stays() =>
        Assert.Equal(["8"], Goes(Week, Good("0", 0), Good("7", 7), Good("8", 7.001)));

    [Fact]
    public void Ten_failing_days_do_not_take_the_last_good_one()
    {
        var failing = Enumerable.Range(0, 10).Select(day => Of($"failed {day}", day, DumpState.Unchecked));
        var plan = RetentionPlanner.Plan([.. failing, Good("last good", 10.5), Good("before", 11.5)], Week, Now);
        Assert.Equal(["failed 8", "failed 9", "before"], plan.Goes.Select(decision => decision.Entry.Key));
        Assert.Equal(["lastGood"], Reasons(plan, "last good"));
        Assert.Equal("the newest, failed 0 of 2026-11-22 00:00Z, is unchecked and fills no rule; the last good one is last good of 2026-11-11 12:00Z", Assert.Single(plan.Groups[0].Remarks));
    }

    [Fact]
    public void A_damaged_newest_dump_takes_no_place_of_a_good_one_and_is_told()
    {
        var plan = RetentionPlanner.Plan([Of("damaged", 0, DumpState.Damaged), Good("1", 1), Good("2", 2), Good("40", 40), Good("41", 41)], new(null, Count: 2, Monthly: 2), Now);
        Assert.Equal(["41"], plan.Goes.Select(decision => decision.Entry.Key));
        Assert.Equal(["age"], Reasons(plan, "damaged"));
        Assert.Equal(["lastGood", "count", "monthly"], Reasons(plan, "1"));
        Assert.Equal(["monthly"], Reasons(plan, "40"));
        Assert.Contains("damaged of 2026-11-22 00:00Z, is damaged and fills no rule; the last good one is 1 of", Assert.Single(plan.Groups[0].Remarks), StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_and_unchecked_ones_do_not_stand_in_for_the_last_good_one_and_expire_themselves() =>
        Assert.Equal(["damaged", "unchecked"], Goes(Week, Of("young", 1, DumpState.Unchecked), Of("damaged", 9, DumpState.Damaged), Of("unchecked", 9, DumpState.Unchecked), Good("good", 30)));

    [Fact]
    public void What_is_not_good_goes_by_age_alone_also_without_a_rule_by_age() =>
        Assert.Equal(["damaged", "missing"], Goes(new(null, Count: 5, Daily: 40), Good("good", 0), Of("young", 6.9, DumpState.Damaged), Of("damaged", 7.1, DumpState.Damaged), Of("missing", 9, DumpState.Missing), Good("20", 20)));

    [Fact]
    public void Without_any_good_one_nothing_expires()
    {
        var plan = RetentionPlanner.Plan([Of("a", 90, DumpState.Unchecked), Of("b", 90, DumpState.Damaged)], Week, Now);
        Assert.Empty(plan.Goes);
        Assert.Equal(["noGood"], Reasons(plan, "a"));
        Assert.Contains("there is no good backup: nothing goes", Assert.Single(plan.Groups[0].Remarks), StringComparison.Ordinal);
    }

    [Fact]
    public void Foreign_files_and_other_databases_are_left_alone()
    {
        var plan = RetentionPlanner.Plan([Good("new", 0), Of("foreign", 90, DumpState.Foreign), Good("other", 90, "another")], Week, Now);
        Assert.Empty(plan.Goes);
        Assert.Equal("foreign", Assert.Single(plan.LeftAlone).Key);
        Assert.Equal(["another", "db"], plan.Groups.Select(group => group.Database));
    }

    [Fact]
    public void Another_servers_database_of_the_same_name_is_a_matter_of_its_own() =>
        Assert.Equal(["its damaged", "old"], Goes(Week, Good("new", 0), Good("old", 9), Of("its last good", 20, DumpState.Good, server: "other"), Of("its damaged", 30, DumpState.Damaged, server: "other")));

    [Fact]
    public void An_adopted_one_does_not_stand_in_for_the_last_good_one_and_the_newest_of_them_stays() =>
        Assert.Equal(["adopted old"], Goes(Week, Good("last good", 30), Of("adopted", 20, DumpState.Good, server: null), Of("adopted old", 25, DumpState.Good, server: null)));

    [Fact]
    public void Adopted_ones_do_not_expire_before_there_is_a_good_one_of_ours() =>
        Assert.Empty(Goes(Week, Of("adopted", 0, DumpState.Good, server: null), Of("adopted old", 25, DumpState.Good, server: null)));

    [Fact]
    public void One_from_a_clock_that_was_ahead_does_not_stand_in_for_the_last_good_one_nor_fill_a_rule()
    {
        var plan = RetentionPlanner.Plan([Good("true", 20), Good("from 2030", -1000)], new(null, Count: 1, Yearly: 1), Now);
        Assert.Empty(plan.Goes);
        Assert.Equal(["lastGood", "count", "yearly"], Reasons(plan, "true"));
        Assert.Equal(["ahead"], Reasons(plan, "from 2030"));
        Assert.Contains("ahead of this machine's clock", Assert.Single(plan.Groups[0].Remarks), StringComparison.Ordinal);
    }

    [Fact]
    public void A_clock_that_jumps_back_lets_nothing_go() =>
        Assert.Empty(RetentionPlanner.Plan([Good("a", 0), Good("b", 3), Of("c", 2, DumpState.Damaged)], new(null, Count: 1), Now - TimeSpan.FromDays(400)).Goes);

    [Fact]
    public void A_clock_that_jumps_ahead_uses_up_neither_the_count_nor_a_tier() =>
        Assert.Equal(["11", "12"], RetentionPlanner.Plan([.. Enumerable.Range(0, 13).Select(day => Good($"{day}", day))], new(1, Count: 3, Daily: 11), Now.AddYears(30)).Goes.Select(decision => decision.Entry.Key));

    [Fact]
    public void The_last_proven_one_stays_and_one_that_was_found_damaged_since_proves_nothing()
    {
        var plan = RetentionPlanner.Plan([Good("new", 0), Of("damaged", 20, DumpState.Damaged).Proven(), Good("proven", 30).Proven(), Good("proven before", 40).Proven()], Week, Now);
        Assert.Equal(["damaged", "proven before"], plan.Goes.Select(decision => decision.Entry.Key));
        Assert.Equal(["lastProven"], Reasons(plan, "proven"));
    }

    [Fact]
    public void One_whose_proof_cannot_be_read_stays_unless_a_newer_one_is_proven_and_stands_in_for_none()
    {
        static RetentionItem Unread(RetentionItem item) => item with { ProofFinding = "it is empty" };
        var plan = RetentionPlanner.Plan([Good("new", 0), Unread(Of("damaged", 20, DumpState.Damaged)), Unread(Good("unread", 25)), Unread(Of("unchecked", 26, DumpState.Unchecked)), Good("proven", 30).Proven(), Unread(Good("unread before", 40))], Week, Now);
        Assert.Equal(["damaged", "unread before"], plan.Goes.Select(decision => decision.Entry.Key));
        Assert.All(["unread", "unchecked", "proven"], key => Assert.Equal(["lastProven"], Reasons(plan, key)));
        Assert.Equal(["unread may have been proven: it is empty", "unchecked may have been proven: it is empty"], plan.Groups[0].Remarks);
        Assert.Empty(Goes(Week, Good("new", 0), Unread(Good("a", 20)), Unread(Good("b", 21))));
    }

    [Fact]
    public void A_pinned_one_stays_until_its_pin_ends_and_an_ended_pin_is_told()
    {
        var plan = RetentionPlanner.Plan([Good("new", 0), Good("held", 20).Pinned(), Good("until later", 21).Pinned(Now.AddSeconds(1)), Good("ended", 22).Pinned(Now), Of("damaged", 23, DumpState.Damaged).Pinned()], Week, Now);
        Assert.Equal(["ended"], plan.Goes.Select(decision => decision.Entry.Key));
        Assert.Equal(["pinned"], Reasons(plan, "held"));
        Assert.Equal(["pinned"], Reasons(plan, "until later"));
        Assert.Equal(["the pin of ended ended 2026-11-22 00:00Z (why); it goes"], plan.Groups[0].Remarks);
    }

    [Fact]
    public void A_pinned_one_counts_like_any_other() =>
        Assert.Equal(["2"], Goes(new(null, Count: 2), Good("0", 0), Good("1", 1).Pinned(), Good("2", 2)));

    [Fact]
    public void Each_one_that_goes_says_what_every_rule_says_of_it()
    {
        var plan = RetentionPlanner.Plan([Good("new", 0), Good("noon", 9.5), Good("morning", 9.7), Good("old", 800), Of("bad", 8, DumpState.Damaged)], new(7, Count: 1, Daily: 2, Weekly: 1, Yearly: 1), Now);
        Dictionary<string, Expiry> goes = plan.Goes.ToDictionary(decision => decision.Entry.Key, decision => decision.Expiry!);
        Assert.Equal(["bad", "morning", "old"], goes.Keys.Order());
        Assert.Equal(new Expiry("age", "older than 7 days; not the last; a newer one stands for its day, year; its week is not of the last 1"), goes["morning"]);
        Assert.Equal(new Expiry("age", "older than 7 days; not the last; its day is not of the last 2; its week is not of the last 1; its year is not of the last 1"), goes["old"]);
        Assert.Equal(new Expiry("age", "damaged, and older than 7 days"), goes["bad"]);
    }

    [Fact]
    public void Days_are_of_UTC_and_weeks_are_ISO_weeks()
    {
        // 2027-01-03 is a Sunday, of the last week of 2026 (53).
        var at = new DateTimeOffset(2027, 1, 4, 12, 0, 0, TimeSpan.Zero);
        RetentionItem[] items = [At("monday", at), At("sunday", at.AddDays(-1)), At("monday before", at.AddDays(-7)), At("early there, late here", new DateTimeOffset(2027, 1, 4, 2, 0, 0, TimeSpan.FromHours(3)))];
        Assert.Equal(["sunday", "monday before"], RetentionPlanner.Plan(items, new(null, Weekly: 2), at).Goes.Select(decision => decision.Entry.Key));
        Assert.Equal(["sunday", "monday before"], RetentionPlanner.Plan(items, new(null, Daily: 2), at).Goes.Select(decision => decision.Entry.Key));
    }

    [Fact]
    public void The_recovery_points_are_those_of_good_ones_before_and_after()
    {
        var group = RetentionPlanner.Plan([Good("0", 0), Of("bad", 1, DumpState.Damaged), Good("9", 9)], Week, Now).Groups.Single();
        Assert.Equal([Now.AddDays(-9), Now], group.RecoveryPoints(after: false));
        Assert.Equal([Now], group.RecoveryPoints(after: true));
    }
}
