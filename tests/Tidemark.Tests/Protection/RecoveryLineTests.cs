using CsCheck;
using Tidemark.Dumps;
using Tidemark.Protection;
using static Tidemark.Tests.Protection.Backups;

namespace Tidemark.Tests.Protection;

public sealed class RecoveryLineTests
{
    [Theory]
    [InlineData(0, "Protected", false)]
    [InlineData(79.99, "Protected", false)]
    [InlineData(80, "AtRisk", false)]
    [InlineData(100, "AtRisk", false)]
    [InlineData(100.01, "Exposed", true)]
    [InlineData(-30, "Protected", false)]
    [InlineData(-60, "Protected", false)]
    [InlineData(-60.01, "Exposed", true)]
    public void The_age_in_percent_of_the_objective_makes_the_state(double percent, string state, bool breached)
    {
        var line = RecoveryLine.Of(Facts(Of("a", percent)), Hundred, Now);
        Assert.Equal((state, breached), (line.State.ToString(), line.Breached));
    }

    [Fact]
    public void Without_an_objective_the_age_is_told_and_nothing_is_breached()
    {
        var line = RecoveryLine.Of(Facts(Of("a", 60 * 24 * 400)), NoObjective, Now);
        Assert.Equal((ProtectionState.Protected, false, TimeSpan.FromDays(400)), (line.State, line.Breached, line.Age));
        Assert.Equal(["400 d 0 h old, no BACKUP_RPO is set"], line.Words);
    }

    [Fact]
    public void A_database_of_which_nobody_knows_anything_is_unknown_and_with_an_objective_exposed()
    {
        Assert.Equal((ProtectionState.Unknown, false), (RecoveryLine.Of(Facts(), NoObjective, Now).State, RecoveryLine.Of(Facts(), NoObjective, Now).Breached));
        Assert.Equal((ProtectionState.Exposed, true), (RecoveryLine.Of(Facts(), Hundred, Now).State, RecoveryLine.Of(Facts(), Hundred, Now).Breached));
    }

    [Fact]
    public void Backups_that_were_taken_and_are_gone_leave_it_exposed() =>
        Assert.Equal(ProtectionState.Exposed, RecoveryLine.Of(Facts() with { LastBackup = Run("succeeded") }, NoObjective, Now).State);

    [Theory]
    [InlineData("failed")]
    [InlineData("interrupted")]
    [InlineData("cancelled")]
    public void A_last_backup_that_did_not_succeed_puts_it_at_risk_whatever_the_age(string ended)
    {
        Assert.Equal(ProtectionState.AtRisk, RecoveryLine.Of(Facts(Of("a", 1)) with { LastBackup = Run(ended) }, NoObjective, Now).State);
        Assert.Equal(ProtectionState.Exposed, RecoveryLine.Of(Facts(Of("a", 101)) with { LastBackup = Run(ended) }, Hundred, Now).State);
    }

    [Theory]
    [InlineData(nameof(DumpState.Damaged), "the newest backup b is damaged")]
    [InlineData(nameof(DumpState.Missing), "the newest backup b is missing: its file is gone")]
    public void A_newest_backup_that_is_gone_bad_breaks_the_chain_until_there_is_a_newer_good_one(string state, string told)
    {
        var bad = Of("b", 1, Enum.Parse<DumpState>(state));
        var line = RecoveryLine.Of(Facts(Of("a", 10), bad), Hundred, Now);
        Assert.Equal((ProtectionState.Exposed, false, TimeSpan.FromMinutes(10)), (line.State, line.Breached, line.Age));
        Assert.Contains(told, line.Words);
        Assert.Equal(ProtectionState.Protected, RecoveryLine.Of(Facts(Of("a", 10), bad, Of("c", 0)), Hundred, Now).State);
    }

    [Theory]
    [InlineData(nameof(DumpState.Unchecked))]
    [InlineData(nameof(DumpState.Damaged))]
    [InlineData(nameof(DumpState.Missing))]
    public void Only_good_ones_count(string state)
    {
        var line = RecoveryLine.Of(Facts(Of("a", 1, Enum.Parse<DumpState>(state))), Hundred, Now);
        Assert.Equal((ProtectionState.Exposed, true, null), (line.State, line.Breached, line.Age));
    }

    [Fact]
    public void An_unchecked_newer_one_is_told_of_and_does_not_count()
    {
        var line = RecoveryLine.Of(Facts(Of("a", 50), Of("b", 1, DumpState.Unchecked)), Hundred, Now);
        Assert.Equal((ProtectionState.Protected, TimeSpan.FromMinutes(50)), (line.State, line.Age));
        Assert.Contains("the newer backup b is not checked and does not count", line.Words);
    }

    [Fact]
    public void One_dated_in_the_future_makes_nothing_look_young()
    {
        var line = RecoveryLine.Of(Facts(Of("a", 101), Of("from 2030", -60 * 24 * 1000)), Hundred, Now);
        Assert.Equal((ProtectionState.Exposed, TimeSpan.FromMinutes(101)), (line.State, line.Age));
        Assert.Contains("1 dated in the future by a wrong clock: not counted", line.Words);
    }

    [Fact]
    public void An_adopted_one_counts_only_where_there_is_none_of_ours()
    {
        Assert.Equal(TimeSpan.FromMinutes(50), RecoveryLine.Of(Facts(Of("a", 50), Of("adopted", 1, adopted: true)), Hundred, Now).Age);
        Assert.Equal(TimeSpan.FromMinutes(1), RecoveryLine.Of(Facts(Of("adopted", 1, adopted: true)), Hundred, Now).Age);
    }

    [Fact]
    public void Where_a_part_of_the_folder_cannot_be_read_it_is_at_risk_at_best()
    {
        Assert.Equal(ProtectionState.AtRisk, RecoveryLine.Of(Facts(Of("a", 1)) with { Unseen = 1 }, Hundred, Now).State);
        Assert.Equal(ProtectionState.Exposed, RecoveryLine.Of(Facts(Of("a", 101)) with { Unseen = 1 }, Hundred, Now).State);
    }

    [Fact]
    public void A_restore_that_would_take_longer_than_it_may_puts_it_at_risk()
    {
        var facts = Facts(Of("a", 1)) with { Forecast = new RestoreForecast(TimeSpan.FromMinutes(60), null, 1) };
        Assert.Equal(ProtectionState.Protected, RecoveryLine.Of(facts, NoObjective, Now).State);
        Assert.Equal(ProtectionState.AtRisk, RecoveryLine.Of(facts with { Forecast = new RestoreForecast(TimeSpan.FromMinutes(61), null, 1) }, NoObjective, Now).State);
    }

    [Fact]
    public void It_is_never_green_over_the_objective_or_without_a_good_backup_and_no_older_backup_makes_it_better()
    {
        var backup = from state in Gen.Enum<DumpState>() from minutes in Gen.Double[-200, 300] from number in Gen.Int[0, 1_000_000] select Of($"{number}", minutes, state);
        Gen.Select(backup.Array[0, 8], Gen.Double[0, 500], Gen.Bool).Sample((backups, older, failed) =>
        {
            var facts = Facts(backups) with { LastBackup = failed ? Run("failed") : Run("succeeded") };
            var line = RecoveryLine.Of(facts, Hundred, Now);
            var ages = backups.Where(one => one.State == DumpState.Good && one.Time <= Now.AddHours(1)).Select(one => Math.Max(0, (Now - one.Time).TotalMinutes)).ToList();
            var best = ages.Count == 0 ? double.PositiveInfinity : ages.Min();
            var added = Facts([.. backups, Of("older", 300 + older)]) with { LastBackup = facts.LastBackup };
            return (best <= 100 || (line.State >= ProtectionState.Exposed && line.Breached)) && (best > 100 || !line.Breached)
                && (line.State != ProtectionState.Protected || (best < 80 && !failed))
                && (best > 100 || RecoveryLine.Of(added, Hundred, Now).State == line.State);
        });
    }
}
