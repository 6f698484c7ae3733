using Tidemark.Drills;
using Tidemark.Dumps;
using static Tidemark.Tests.Protection.Backups;

namespace Tidemark.Tests.Drills;

public sealed class DrillPickTests
{
    [Fact]
    public void A_random_one_is_good_and_of_the_past_90_days_and_each_of_them_can_be_it()
    {
        DumpEntry[] all = [Aged("new", 1), Aged("edge", 90), Aged("old", 91), Aged("damaged", 2) with { State = DumpState.Damaged }, Aged("unchecked", 3) with { State = DumpState.Unchecked }, Aged("future", -1)];
        Assert.Equal(["new", "edge"], Enumerable.Range(0, 2).Select(chance => DrillPick.Of(all, DrillPick.Random, null, null, Now, most => most == 2 ? chance : -1).Backup.Key));
        Assert.Equal("old", DrillPick.Of(all, DrillPick.Oldest, null, null, Now, _ => 0).Backup.Key);
    }

    [Fact]
    public void Where_there_is_none_that_is_not_found() =>
        Assert.Equal(FaultCode.NotFound, Assert.Throws<Fault>(() => DrillPick.Of([Aged("old", 91)], DrillPick.Random, null, null, Now, _ => 0)).Code);

    [Fact]
    public void A_loss_leads_back_to_a_backup_until_the_next_one_is_done()
    {
        var (first, second, third) = (Aged("first", 3), Aged("second", 2), Aged("third", 1));
        DumpEntry[] all = [third, second with { State = DumpState.Damaged }, first];
        Assert.Equal(third.Manifest!.FinishedAt, DrillMeasures.UntilOf(first, all, Now));
        Assert.Equal(Now, DrillMeasures.UntilOf(third, all, Now));
    }

    private static DumpEntry Aged(string key, int days) => Of(key, TimeSpan.FromDays(days).TotalMinutes);
}
