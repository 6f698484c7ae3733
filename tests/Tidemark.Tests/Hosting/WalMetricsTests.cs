using Tidemark.Hosting;
using Tidemark.Postgres.Wal;
using Tidemark.Wal;
using Tidemark.Wal.Receiving;

namespace Tidemark.Tests.Hosting;

public sealed class WalMetricsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private static readonly StoreReach Here = new("/backups", null, new WalReach(new TimelineId(1), new Lsn(0x1000), Now.AddSeconds(-3)), null);

    private static readonly StoreReach Unknown = new("s3://b", null, null, "403");

    private static readonly WalSight Receiving = new([Here, Unknown], IsReceived: true,
        new ReceiverReport("h:5432", new TimelineId(1), new Lsn(0x1800), new Lsn(0x1800), new Lsn(0x1800), Now, Now), null, 4096, ServerAt(0x1400, new WalSlot("tidemark", "physical", true, 77, "reserved"), new WalSlot("other", "physical", false, 99, "reserved")));

    [Fact]
    public void Age_and_lag_are_of_each_store_and_the_slot_is_ours() => Assert.Equal(
        ["tidemark_wal_reach_age_seconds /backups 3", "tidemark_wal_receiving 1", "tidemark_wal_lag_bytes /backups 2048", "tidemark_wal_slot_held_bytes tidemark 77", "tidemark_wal_spool_bytes 4096"], Told(Receiving));

    [Fact]
    public void A_server_that_says_nothing_leaves_out_what_only_it_knows() => Assert.Equal(
        ["tidemark_wal_reach_age_seconds /backups 3", "tidemark_wal_receiving 0", "tidemark_wal_spool_bytes 4096"], Told(Receiving with { Report = Receiving.Report! with { Failure = "gone" }, Server = null }));

    [Fact]
    public void A_receiver_that_stands_still_beside_a_server_that_runs_falls_behind_it() => Assert.Equal(
        ["tidemark_wal_receiving 0", "tidemark_wal_lag_bytes /backups 8192"], Told(Receiving with { Failure = "the disk is full", Server = ServerAt(0x3000) }).Where(line => line.Contains("receiving", StringComparison.Ordinal) || line.Contains("lag", StringComparison.Ordinal)));

    [Fact]
    public void A_server_that_was_promoted_at_an_earlier_place_is_not_behind_itself() =>
        Assert.Contains("tidemark_wal_lag_bytes /backups 0", Told(Receiving with { Report = null, Server = ServerAt(0x800) }));

    [Fact]
    public void Where_nothing_is_received_only_the_age_of_what_is_there_is_told()
    {
        Assert.Equal(["tidemark_wal_reach_age_seconds /backups 3"], Told(Receiving with { IsReceived = false }));
        Assert.Empty(Told(Receiving with { IsReceived = false, Stores = [Here with { Reach = Here.Reach! with { At = Now.AddHours(2) } }] }));
    }

    private static WalServer ServerAt(ulong place, params WalSlot[] slots) => new(1, new WalSegmentSize(1 << 24), new TimelineId(1), false, new Lsn(place), Now, slots);

    /// <summary>Each sample: its name, the label beside the cluster, its value.</summary>
    private static List<string> Told(WalSight sight) =>
        [.. from family in WalMetrics.Of(sight, "tidemark", Now) from sample in family.Samples select string.Join(' ', [family.Name, .. sample.Labels.Where(label => label.Key != "cluster").Select(label => label.Value), $"{sample.Value}"])];
}
