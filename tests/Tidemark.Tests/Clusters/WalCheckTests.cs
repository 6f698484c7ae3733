using Tidemark.Clusters;
using Tidemark.Configuration;

namespace Tidemark.Tests.Clusters;

/// <summary>What is made of what the server said of its WAL.</summary>
public sealed class WalCheckTests
{
    private const long Mega = 1 << 20, Giga = 1 << 30;

    private static readonly WalSlotFacts Read = new("physical", Active: true, "reserved", 5 * Mega);

    private static readonly WalFacts Well = new("replica", 10, MayReplicate: true, 9, null, FullPageWrites: true, IsArchived: false, null, Read);

    private static readonly WalOptions Received = new() { IsReceived = true, Slot = "tidemark", ShipEvery = TimeSpan.FromSeconds(5), Synchronous = false, SpoolLimit = 4 * Giga, SlotLimit = 16 * Giga, DropsSlot = false };

    private static readonly WalOptions Off = Received with { IsReceived = false };

    [Fact]
    public void Where_all_is_well_it_says_what_the_slot_costs()
    {
        Assert.Equal((CheckState.Ok, "slot tidemark is read, and holds back 5 MiB of at most 16384 MiB; while nothing receives, only the server's disk limits what it keeps (max_slot_wal_keep_size, or BACKUP_WAL_OVER_LIMIT=drop)"), Of(Well, Received));
        Assert.Equal((CheckState.Ok, "slot tidemark is read, and holds back 5 MiB of at most 16384 MiB"), Of(Well with { KeepBytes = 20 * Giga }, Received));
    }

    [Fact]
    public void Who_wants_no_WAL_hears_what_that_means_and_no_more()
    {
        Assert.Equal((CheckState.Ok, "BACKUP_WAL is off and the server archives nothing: one goes back to a backup, and to no moment after it"), Of(new("minimal", 0, MayReplicate: false, 0, null, FullPageWrites: false, IsArchived: false, null, null), Off));
        Assert.Equal((CheckState.Ok, "BACKUP_WAL is off; the server archives its WAL by itself, and archiving works"), Of(Well with { Slot = null, IsArchived = true }, Off));
        Assert.Equal((CheckState.Ok, "BACKUP_WAL is off; somebody reads from the slot tidemark, which holds back 5 MiB"), Of(Well, Off));
        // The same name, and not ours.
        Assert.Equal(CheckState.Ok, Of(Well with { Slot = Read with { Kind = "logical", Active = false } }, Off).State);
    }

    [Theory]
    [InlineData("level", "ALTER SYSTEM SET wal_level = 'replica'; -- and restart the server", 6)]
    [InlineData("senders", "ALTER SYSTEM SET max_wal_senders = 10; -- and restart the server", 6)]
    [InlineData("role", "ALTER ROLE \"we\"\"ak\" REPLICATION;", 7)]
    [InlineData("room", "ALTER SYSTEM SET max_replication_slots = 10; -- more than now, and restart the server", 6)]
    [InlineData("kind", "set BACKUP_WAL_SLOT to another name", 6)]
    public void What_keeps_WAL_from_being_received_is_a_failure_with_what_mends_it(string what, string next, int code)
    {
        var check = WalCheck.Judge(what switch
        {
            "level" => Well with { WalLevel = "minimal" },
            "senders" => Well with { Senders = 0 },
            "role" => Well with { MayReplicate = false },
            "room" => Well with { FreeSlots = 0, Slot = null },
            _ => Well with { Slot = Read with { Kind = "logical" } },
        }, Received, "\"we\"\"ak\"");
        Assert.Equal((CheckState.Fail, next, code), (check.State, check.Next, check.Code!.Value.ExitCode));
    }

    [Theory]
    [InlineData("lost", 0, null, "the slot tidemark is lost: the server keeps nothing for it any more, and what was not received by then is a gap")]
    [InlineData("unreserved", 100, 90L, "the slot tidemark is unreserved: the next checkpoint may remove what was not received")]
    [InlineData("extended", 81, 100L, "the server keeps 81 MiB for the slot tidemark, and gives it up at 100 MiB (max_slot_wal_keep_size)")]
    [InlineData("extended", 16385, null, "the server keeps 16385 MiB for the slot tidemark: BACKUP_WAL_SLOT_LIMIT is 16384 MiB")]
    public void A_slot_that_is_lost_or_near_its_end_is_told(string state, long heldMega, long? keepMega, string found)
    {
        var facts = Well with { KeepBytes = keepMega * Mega, Slot = Read with { State = state, HeldBytes = heldMega * Mega } };
        var told = Of(facts, Received with { SlotLimit = keepMega is { } keep ? keep * Mega : 16 * Giga });
        Assert.Equal(CheckState.Warn, told.State);
        Assert.StartsWith(found, told.Found, StringComparison.Ordinal);
        // It costs the server the same when it is not received from here.
        Assert.StartsWith(found, Of(facts, Off with { SlotLimit = keepMega is { } limit ? limit * Mega : 16 * Giga }).Found, StringComparison.Ordinal);
    }

    [Fact]
    public void A_slot_that_is_80_percent_of_what_the_server_keeps_is_well() =>
        Assert.Equal(CheckState.Ok, Of(Well with { KeepBytes = 100 * Mega, Slot = Read with { HeldBytes = 80 * Mega } }, Received with { SlotLimit = 100 * Mega }).State);

    [Fact]
    public void A_slot_that_nobody_reads_fills_the_servers_disk()
    {
        var idle = Well with { Slot = Read with { Active = false, HeldBytes = 300 * Mega } };
        Assert.Equal((CheckState.Warn, "nobody reads from the slot tidemark, and the server keeps 300 MiB for it"), Of(idle, Received));
        var off = WalCheck.Judge(idle, Off, "r");
        Assert.Equal((CheckState.Warn, "BACKUP_WAL is off and nobody reads from the slot tidemark: its server keeps 300 MiB for it, and ever more"), (off.State, off.Found));
        Assert.StartsWith("select pg_drop_replication_slot('tidemark')", off.Next, StringComparison.Ordinal);
        Assert.Equal("there is no slot tidemark: until it is made nothing is kept for us", Of(Well with { Slot = null }, Received).Found);
    }

    [Fact]
    public void Settings_that_make_WAL_worth_less_are_told_where_it_is_kept()
    {
        const string torn = "full_page_writes is off: a page that a crash tears is torn in every recovery from this WAL, too";
        Assert.Equal((CheckState.Warn, torn), Of(Well with { FullPageWrites = false }, Received));
        Assert.Equal((CheckState.Warn, torn), Of(Well with { FullPageWrites = false, IsArchived = true, Slot = null }, Off));
        Assert.Equal((CheckState.Warn, "archive_command failed with 000000010000000000000003 and has not succeeded since: the server keeps all WAL from there on"), Of(Well with { IsArchived = true, ArchiveFailing = "000000010000000000000003", Slot = null }, Off));
        var early = WalCheck.Judge(Well with { KeepBytes = 10 * Giga }, Received, "r");
        Assert.Equal("max_slot_wal_keep_size, 10240 MiB, is below BACKUP_WAL_SLOT_LIMIT, 16384 MiB: the server gives the slot up before anybody is told", early.Found);
        Assert.True(ByteCount.TryParse(early.Next!.Split(' ')[^1], out _), early.Next);
    }

    private static (CheckState State, string Found) Of(WalFacts facts, WalOptions options)
    {
        var check = WalCheck.Judge(facts, options, "r");
        Assert.Equal(check.State == CheckState.Ok, check.Next is null);
        return (check.State, check.Found);
    }
}
