using CsCheck;
using Tidemark.Configuration;
using Tidemark.Dumps;
using Tidemark.Protection;
using Tidemark.Retention;
using static Tidemark.Tests.Retention.Backups;

namespace Tidemark.Tests.Retention;

/// <summary>What holds for every policy, every clock and whatever lies in the folder.</summary>
public sealed class RetentionPropertyTests
{
    private static readonly Gen<int?> Rule = Gen.Int[1, 6].Nullable();

    private static readonly Gen<RetentionPolicy> Policies = Gen.Select(Gen.Int[1, 40].Nullable(), Rule, Rule, Rule, Rule, Rule, (days, count, daily, weekly, monthly, yearly) => new RetentionPolicy(days, count, daily, weekly, monthly, yearly))
        .Where(policy => policy != new RetentionPolicy(null));

    // Hours apart and years apart, some ahead of the clock, with like times and in any zone.
    private static readonly Gen<RetentionItem> Items =
        from number in Gen.Int[0, 1_000_000]
        from state in One(DumpState.Good, DumpState.Good, DumpState.Good, DumpState.Unchecked, DumpState.Foreign, DumpState.Damaged, DumpState.Missing)
        from hours in Gen.OneOf(Gen.Int[-50, 400], Gen.Int[-20_000, 40_000])
        from zone in Gen.Int[-14, 14]
        from database in One("db", "db", "other")
        from server in One("one", "one", "two", null)
        from pin in Gen.Int[-3, 8]
        from proven in Gen.Int[0, 3]
        let item = At($"{number}", Now.AddHours(-hours).ToOffset(TimeSpan.FromHours(zone)), state, database, server)
        let pinned = pin switch { 0 => item.Pinned(), < 0 => item.Pinned(Now.AddDays(pin + 2)), _ => item }
        select proven == 0 ? pinned.Proven() : pinned;

    private static readonly Gen<RetentionItem[]> Folders = Items.Array[0, 25].Select(items => items.DistinctBy(item => item.Entry.Key).ToArray());

    private static readonly Gen<DateTimeOffset> Clocks = Gen.OneOf(Gen.Const(Now), Gen.Int[-40_000, 40_000].Select(hours => Now.AddHours(hours)));

    [Fact]
    public void Nothing_ever_takes_the_last_good_one_the_last_proven_one_a_pinned_one_or_somebody_elses() =>
        Gen.Select(Folders, Policies, Clocks).Sample((items, policy, now) =>
        {
            var gone = RetentionPlanner.Plan(items, policy, now).Goes.Select(decision => decision.Item).ToHashSet();
            foreach (var group in items.Where(item => item.Entry.Manifest is not null).GroupBy(item => (item.Entry.Database, item.Entry.Manifest!.SystemIdentifier)))
            {
                var known = group.Where(item => item.Entry.Time <= now.AddHours(1)).ToList();
                var good = known.Where(item => item.Entry.State == DumpState.Good).ToList();
                var proven = known.Where(item => item is { ProvenAt: not null, Entry.State: DumpState.Good or DumpState.Unchecked }).ToList();
                // Of several of one moment, one stays.
                if (good.Count > 0) Assert.Contains(good.Where(item => item.Entry.Time == good.Max(one => one.Entry.Time)), item => !gone.Contains(item));
                if (proven.Count > 0) Assert.Contains(proven.Where(item => item.Entry.Time == proven.Max(one => one.Entry.Time)), item => !gone.Contains(item));
                Assert.True(good.Count > 0 || group.Key.SystemIdentifier is null || !group.Any(gone.Contains), "something went where no good one is");
            }

            Assert.DoesNotContain(gone, item => item.Entry.Manifest is null || item.Entry.Time > now.AddHours(1) || (item.Pin is { } pin && (pin.Until is null || pin.Until > now)));
        });

    [Fact]
    public void No_removal_makes_a_recovery_point_older() =>
        Gen.Select(Folders, Policies, Clocks).Sample((items, policy, now) =>
        {
            Dictionary<(string, string?), DateTimeOffset?> Points(IEnumerable<RetentionItem> those) =>
                BackupGroup.Of([.. those.Select(item => item.Entry)], [], []).ToDictionary(group => (group.Database, group.Server), group => RecoveryPoint.Newest(group.Backups, now)?.At);
            var gone = RetentionPlanner.Plan(items, policy, now).Goes.Select(decision => decision.Item).ToHashSet();
            Assert.Equal(Points(items), Points(items.Where(item => !gone.Contains(item))));
        });

    [Fact]
    public void The_order_of_files_the_order_of_names_and_the_zone_of_times_do_not_matter() =>
        Gen.Select(Folders, Policies, Clocks).SelectMany((items, policy, now) => Gen.Shuffle(items).Select(shuffled => (items, policy, now, shuffled))).Sample(one =>
        {
            var utc = one.shuffled.Select(item => item with { Entry = item.Entry with { Time = item.Entry.Time.ToUniversalTime() } });
            Assert.Equal(Words(RetentionPlanner.Plan(one.items, one.policy, one.now)), Words(RetentionPlanner.Plan(utc, one.policy, one.now)));

            // Names only decide between dumps of one moment.
            if (one.items.Select(item => item.Entry.Time).Distinct().Count() < one.items.Length) return;
            var renamed = one.items.Select(item => item with { Entry = item.Entry with { Key = new string([.. item.Entry.Key.Reverse()]) + "x" } });
            Assert.Equal(RetentionPlanner.Plan(one.items, one.policy, one.now).Goes.Select(decision => decision.Entry.Id), RetentionPlanner.Plan(renamed, one.policy, one.now).Goes.Select(decision => decision.Entry.Id));
        });

    [Fact]
    public void What_a_plan_leaves_the_same_plan_leaves_again() =>
        Gen.Select(Folders, Policies, Clocks).Sample((items, policy, now) =>
        {
            var first = RetentionPlanner.Plan(items, policy, now);
            var gone = first.Goes.Select(decision => decision.Item).ToHashSet();
            var again = RetentionPlanner.Plan(items.Where(item => !gone.Contains(item)), policy, now);
            Assert.Empty(again.Goes);
            Assert.Equal(first.Stays.Select(decision => (decision.Entry.Key, string.Join(',', decision.Reasons))), again.Stays.Select(decision => (decision.Entry.Key, string.Join(',', decision.Reasons))));
        });

    [Fact]
    public void What_has_gone_at_one_moment_is_gone_at_every_later_one() =>
        Gen.Select(Folders, Policies, Gen.Int[0, 40_000]).Sample((items, policy, hours) =>
        {
            // Of dumps that are not ahead of the earlier clock: one ahead stands in for none until its moment has come.
            var past = items.Where(item => item.Entry.Time <= Now).ToList();
            Assert.Superset(Gone(past, policy, Now), Gone(past, policy, Now.AddHours(hours)));
        });

    [Fact]
    public void One_more_rule_or_a_wider_one_lets_nothing_more_go() =>
        Gen.Select(Folders, Policies, Policies, Clocks).Sample((items, policy, more, now) =>
        {
            // Without a rule by age, what is not good has its seven days all the same: a rule by age may shorten them.
            var good = items.Where(item => item.Entry.State == DumpState.Good);
            var wider = new RetentionPolicy(Max(policy.Days, more.Days), Max(policy.Count, more.Count), Max(policy.Daily, more.Daily), Max(policy.Weekly, more.Weekly), Max(policy.Monthly, more.Monthly), Max(policy.Yearly, more.Yearly));
            Assert.Superset(Gone(good, wider, now), Gone(good, policy, now));
        });

    [Fact]
    public void Everything_that_stays_has_a_reason_and_everything_that_goes_a_rule_of_the_policy() =>
        Gen.Select(Folders, Policies, Clocks).Sample((items, policy, now) =>
        {
            var plan = RetentionPlanner.Plan(items, policy, now);
            Assert.All(plan.Stays, decision => Assert.NotEmpty(decision.Reasons));
            Assert.Equal(items.Length, plan.Stays.Count() + plan.Goes.Count() + plan.LeftAlone.Count);
            foreach (var goes in plan.Goes.Where(goes => goes.Item.IsGood))
                Assert.NotNull(goes.Expiry!.Rule switch { "age" => policy.Days, "count" => policy.Count, "daily" => policy.Daily, "weekly" => policy.Weekly, "monthly" => policy.Monthly, "yearly" => policy.Yearly, _ => null });
        });

    private static Gen<T> One<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    private static int? Max(int? one, int? other) => one is null ? other : other is null ? one : Math.Max(one.Value, other.Value);

    private static HashSet<string> Gone(IEnumerable<RetentionItem> items, RetentionPolicy policy, DateTimeOffset now) => [.. RetentionPlanner.Plan(items, policy, now).Goes.Select(decision => decision.Entry.Key)];

    private static IEnumerable<string> Words(RetentionPlan plan) => plan.Groups.SelectMany(group => group.Decisions).Select(decision => $"{decision.Entry.Key}: {string.Join(", ", decision.Reasons)} {decision.Expiry}");
}
