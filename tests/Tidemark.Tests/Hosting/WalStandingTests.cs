using Tidemark.Hosting;
using Tidemark.Postgres.Wal;
using Tidemark.Repositories;
using Tidemark.Wal;

namespace Tidemark.Tests.Hosting;

public sealed class WalStandingTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private static readonly IncarnationFolder Life = new("default", 1, 7571);

    private static readonly StoreReach Reaching = new("/backups", Life, new WalReach(new TimelineId(1), new Lsn(0x5000028), Now.AddSeconds(-12)), null);

    [Fact]
    public void Each_store_says_up_to_when_commits_are_there_or_why_that_is_not_known() => Assert.Equal(
    [
        "every commit up to 2026-11-23 11:59:48Z is there, 12 s old",
        "every commit up to 2026-11-23 14:00:00Z is there, ahead of our clock: how old that is cannot be told",
        "up to when commits are there is not known: 403",
        "no WAL is there",
        "WAL is there, up to when nobody has noted: tidemark wal status",
    ], WalStanding.Of([Reaching, Reaching with { Reach = Reaching.Reach! with { At = Now.AddHours(2) } }, Reaching with { Reach = null, Failure = "403" }, Reaching with { Reach = null, Incarnation = null }, Reaching with { Reach = null }], Now).Select(one => one.Words));

    [Fact]
    public void Where_no_store_has_any_nothing_is_said() => Assert.Empty(WalStanding.Of([new StoreReach("/backups", null, null, "away")], Now));

    [Fact]
    public void The_document_says_that_WAL_alone_restores_nothing()
    {
        var document = WalReachDocument.Of(WalStanding.Of([Reaching], Now), hasBases: false)!;
        Assert.Equal("WAL alone restores nothing: it is replayed onto a base backup (tidemark backup --kind base); the states above go by dumps alone", document.Words);
        Assert.Equal(new StoreReachDocument("/backups", "7571", 1, "0/5000028", Now.AddSeconds(-12), 12, null, "every commit up to 2026-11-23 11:59:48Z is there, 12 s old"), Assert.Single(document.Stores));
        Assert.Null(WalReachDocument.Of([], hasBases: false));
    }

    [Fact]
    public void What_the_receiver_knows_of_a_store_is_newer_than_what_was_read_there()
    {
        var seen = new Seen<IReadOnlyList<StoreReach>>([Reaching, Reaching with { Store = "s3://b" }], Now, null, Overdue: true);
        var newer = Reaching.Reach! with { At = Now };
        var together = WalWatch.Together(["/backups", "s3://b", "s3://c"], [new StoreReach("/backups", null, newer, null), new StoreReach("s3://b", null, null, "503")], seen);
        Assert.Equal([newer, Reaching.Reach, null], together.Select(one => one.Reach));
        Assert.Equal(["the store does not answer", "503", "the store does not answer"], together.Select(one => one.Failure));
    }
}
