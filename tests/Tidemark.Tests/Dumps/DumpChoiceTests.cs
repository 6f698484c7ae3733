using Tidemark.Dumps;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Dumps;

public sealed class DumpChoiceTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 0, 0, 0, TimeSpan.Zero);

    private readonly TempFolder folder = new();
    private readonly List<string> told = [];

    [Fact]
    public void Latest_of_two_servers_with_a_database_of_one_name_is_not_guessed()
    {
        Put("a.dump", 3, "111");
        Put("b.dump", 2, "222");
        Put("c.dump", 1, "222");
        var fault = Assert.Throws<Fault>(() => Latest());
        Assert.Equal(FaultCode.Ambiguous, fault.Code);
        Assert.Contains(DumpName.Id("a.dump"), fault.Why, StringComparison.Ordinal);
        Assert.Contains(DumpName.Id("c.dump"), fault.Why, StringComparison.Ordinal);
        Assert.DoesNotContain(DumpName.Id("b.dump"), fault.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void An_adopted_dump_is_latest_only_where_there_is_no_good_one_of_ours()
    {
        Put("adopted.dump", 0, null);
        Assert.Equal("adopted.dump", Latest().Key);
        Put("ours.dump", 5, "111");
        Assert.Equal("ours.dump", Latest().Key);
    }

    [Fact]
    public void A_recovery_point_in_the_future_is_not_the_latest_and_that_is_told()
    {
        Put("ahead.dump", -30, "111");
        Assert.Equal("ahead.dump", Latest().Key);
        Assert.Contains("there is no other good one", Assert.Single(told), StringComparison.Ordinal);
        told.Clear();
        Put("real.dump", 1, "111");
        Assert.Equal("real.dump", Latest().Key);
        Assert.Contains("ahead.dump: its recovery point, 2026-12-22 00:00:00Z, lies in the future", Assert.Single(told), StringComparison.Ordinal);
        told.Clear();

        // Clocks differ a little: that is no reason to take an older one.
        Put("little.dump", -1.0 / 25, "111");
        Assert.Equal("little.dump", Latest().Key);
    }

    [Fact]
    public void Two_that_have_one_id_between_them_are_told_apart_by_their_files()
    {
        Put("a b.dump", 1, "111");
        Put("a b.sql.gz", 2, null);
        var fault = Assert.Throws<Fault>(() => Choice.Find(DumpName.Id("a b.dump"), null, folder.Path));
        Assert.Equal((FaultCode.Ambiguous, "tidemark list # then name it by its file: 'a b.dump'"), (fault.Code, fault.Next));
        Assert.Equal("a b.sql.gz", Choice.Find("a b.sql.gz", null, "/").Key);
        Assert.Equal("tidemark list # then give more of the id", Assert.Throws<Fault>(() => Find("x.dump", "x.other.dump")).Next);

        DumpEntry Find(params string[] keys)
        {
            foreach (var key in keys) Put(key, 1, "111");
            return Choice.Find("x.", null, "/");
        }
    }

    [Fact]
    public async Task A_path_that_leads_to_a_fifo_is_refused()
    {
        Fifo.Make(folder["fifo.dump"]);
        var finding = Task.Run(() => Choice.Find(folder["fifo.dump"], null, folder.Path), TestContext.Current.CancellationToken);
        var fault = await Assert.ThrowsAsync<Fault>(() => finding.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        Assert.Equal(("it is a FIFO", 10), (fault.Why, fault.Code.ExitCode));
    }

    public void Dispose() => folder.Dispose();

    private DumpChoice Choice => new(Kept.In(folder.Path), new StoppedClock(Now), told.Add);

    private DumpEntry Latest() => Choice.Find("latest", "shop", folder.Path);

    private void Put(string key, double days, string? server) => StoredDump.Put(folder, key, Now.AddDays(-days),
        manifest => manifest with { SystemIdentifier = server, Gaps = server is null ? [new CoverageGap(CoverageGap.Adopted, key, "")] : [] });
}
