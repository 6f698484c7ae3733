using CsCheck;
using Tidemark.Dumps;
using Tidemark.Retention;

namespace Tidemark.Tests.Retention;

public sealed class RetentionPlannerTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void What_is_older_than_the_days_expires_and_what_is_exactly_so_old_stays() =>
        Assert.Equal(["8"], Expired(7, Good("0", 0), Good("7", 7), Good("8", 7.001)));

    [Fact]
    public void Ten_failing_days_do_not_take_the_last_good_one() =>
        Assert.Empty(Expired(7, Good("last good", 17)));

    [Fact]
    public void Damaged_and_unchecked_ones_do_not_stand_in_for_the_last_good_one_and_expire_themselves() =>
        Assert.Equal(["damaged", "unchecked"], Expired(7, Of("young", 1, DumpState.Unchecked), Of("damaged", 9, DumpState.Damaged), Of("unchecked", 9, DumpState.Unchecked), Good("good", 30)));

    [Fact]
    public void Without_any_good_one_nothing_expires() =>
        Assert.Empty(Expired(7, Of("a", 90, DumpState.Unchecked), Of("b", 90, DumpState.Damaged)));

    [Fact]
    public void Foreign_files_and_other_databases_are_left_alone() =>
        Assert.Empty(Expired(7, Good("new", 0), Of("foreign", 90, DumpState.Foreign), Good("other", 90, "another")));

    [Fact]
    public void Another_servers_database_of_the_same_name_is_left_alone() =>
        Assert.Equal(["old"], Expired(7, Good("new", 0), Good("old", 9), Of("its last good", 20, DumpState.Good, server: "other"), Of("its damaged", 30, DumpState.Damaged, server: "other")));

    [Fact]
    public void An_adopted_one_does_not_stand_in_for_the_last_good_one_and_the_newest_of_them_stays() =>
        Assert.Equal(["adopted old"], Expired(7, Good("last good", 30), Of("adopted", 20, DumpState.Good, server: null), Of("adopted old", 25, DumpState.Good, server: null)));

    [Fact]
    public void Adopted_ones_do_not_expire_before_there_is_a_good_one_of_ours() =>
        Assert.Empty(Expired(7, Of("adopted", 0, DumpState.Good, server: null), Of("adopted old", 25, DumpState.Good, server: null)));

    [Fact]
    public void Whatever_is_there_a_good_one_stays_if_there_was_a_good_one_and_nothing_young_goes()
    {
        var entry = from state in Gen.Enum<DumpState>() from days in Gen.Double[0, 40] from number in Gen.Int[0, 1000000] select Of($"{number}", days, state);
        Gen.Select(entry.List[0, 12], Gen.Int[1, 30]).Sample((entries, days) =>
        {
            var expired = RetentionPlanner.Expired(entries, "server", "db", days, Now);
            var left = entries.Except(expired).ToList();
            return entries.Any(IsGood) == left.Any(IsGood) && expired.All(gone => gone.Time < Now.AddDays(-days) && gone.Manifest is not null)
                && (entries.Where(IsGood).MaxBy(good => good.Time) is not { } newest || left.Contains(newest));
        });
    }

    [Fact]
    public void One_from_a_clock_that_was_ahead_does_not_stand_in_for_the_last_good_one() =>
        Assert.Empty(Expired(7, Good("true", 20), Good("from 2030", -1000)));

    [Fact]
    public void A_clock_that_jumps_back_lets_nothing_go() =>
        Assert.Empty(RetentionPlanner.Expired([Good("a", 0), Good("b", 3)], "server", "db", 7, Now - TimeSpan.FromDays(400)));

    private static bool IsGood(DumpEntry entry) => entry.State == DumpState.Good;

    private static string[] Expired(int days, params DumpEntry[] entries) => [.. RetentionPlanner.Expired(entries, "server", "db", days, Now).Select(entry => entry.Key)];

    private static DumpEntry Good(string key, double days, string database = "db") => Of(key, days, DumpState.Good, database);

    private static DumpEntry Of(string key, double days, DumpState state, string database = "db", string? server = "server")
    {
        var time = Now.AddDays(-days);
        var manifest = state == DumpState.Foreign ? null
            : new DumpManifest { Id = key, Database = database, File = key, Format = "custom", Size = 1, Sha256 = "", ContentSha256 = "", DumpedBytes = 1, StartedAt = time, RecoveryPoint = time, FinishedAt = time, Check = "full", SystemIdentifier = server, Gaps = server is null ? [new CoverageGap(CoverageGap.Adopted, key, "")] : [] };
        return new DumpEntry { Id = key, Key = key, Path = "/" + key, Size = 1, Manifest = manifest, State = state, Time = time };
    }
}
