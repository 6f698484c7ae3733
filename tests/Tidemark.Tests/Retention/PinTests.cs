using System.Text.Json;
using Tidemark.Dumps;
using Tidemark.Retention;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Retention;

public sealed class PinTests : IDisposable
{
    private readonly TempFolder folder = new();

    [Fact]
    public void A_pin_lies_beside_the_dump_and_is_read_back_and_taken_off()
    {
        var entry = Put("a.dump");
        Pinner.Pin(entry, " before the migration ", Backups.Now, "ann@db1");
        using var written = JsonDocument.Parse(File.ReadAllText(folder["a.dump.pin.json"]));
        Assert.Equal(["reason=before the migration", "by=ann@db1", "at=2026-11-22T00:00:00+00:00", "until=2026-11-22T00:00:00+00:00"], written.RootElement.EnumerateObject().Select(member => $"{member.Name}={member.Value.GetString()}"));
        Assert.Equal(("before the migration", Backups.Now), (Kept.PinOf(entry)!.Reason, Kept.PinOf(entry)!.Until));
        Pinner.Pin(entry, "another reason", null, "bob@db1");
        Assert.Equal("bob@db1", Pinner.Unpin(entry).By);
        Assert.Null(Kept.PinOf(entry));
        Assert.Equal(FaultCode.NotFound, Assert.Throws<Fault>(() => Pinner.Unpin(entry)).Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("not json")]
    [InlineData("""{"reason":null,"by":"x","at":"2026-01-01T00:00:00Z"}""")]
    [InlineData("""{"reason":"x","by":"x","at":"2026-01-01T00:00:00Z","until":"some day"}""")]
    public void A_pin_that_cannot_be_read_holds_without_an_end_and_is_told(string text)
    {
        var entry = Put("a.dump");
        folder.Write("a.dump.pin.json", text);
        var pin = Kept.PinOf(entry)!;
        Assert.True(pin.Holds(DateTimeOffset.MaxValue));
        Assert.NotNull(pin.Finding);
        var old = Backups.Good("old", 90) with { Pin = pin };
        var plan = RetentionPlanner.Plan([Backups.Good("new", 0), old], new(7), Backups.Now);
        Assert.Empty(plan.Goes);
        Assert.Contains("old counts as pinned: its pin cannot be read", Assert.Single(plan.Groups[0].Remarks), StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_has_the_name_of_a_pin_holds_be_it_a_folder_or_a_link_that_leads_nowhere()
    {
        var (beside, linked) = (Put("a.dump"), Put("b.dump"));
        Directory.CreateDirectory(folder["a.dump.pin.json"]);
        File.CreateSymbolicLink(folder["b.dump.pin.json"], folder["nowhere"]);
        foreach (var entry in (DumpEntry[])[beside, linked])
        {
            Assert.NotNull(Kept.PinOf(entry)!.Finding);
            Assert.Equal(FaultCode.Refused, Assert.Single(Prune(entry)).Fault?.Code);
            Assert.True(File.Exists(entry.Path));
        }
    }

    [Fact]
    public void Only_dumps_of_ours_that_exist_are_pinned()
    {
        var entry = Put("a.dump");
        Assert.Contains("tidemark adopt a.dump", Refused(entry with { Manifest = null, State = DumpState.Foreign }, FaultCode.Refused).Next, StringComparison.Ordinal);
        Refused(entry with { State = DumpState.Missing }, FaultCode.NotFound);
        Refused(entry with { IsOutside = true }, FaultCode.OutsideStore);
        Refused(entry with { Manifest = null, Finding = "it is broken" }, FaultCode.Refused);
        Assert.Equal(FaultCode.Usage, Assert.Throws<Fault>(() => Pinner.Pin(entry, " ", null, "x")).Code);
        Assert.Equal(["a.dump"], Directory.GetFiles(folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void A_dump_that_is_pinned_after_the_plan_was_made_stays()
    {
        var entry = Put("a.dump");
        Pinner.Pin(entry, "just now", null, "ann@db1");
        Assert.Equal(FaultCode.Refused, Assert.Single(Prune(entry)).Fault?.Code);
        Assert.True(File.Exists(entry.Path));
    }

    [Fact]
    public void A_removal_takes_all_that_lies_beside_the_dump_and_nothing_of_another()
    {
        foreach (var name in (string[])["a.sql.gz.json", "a.sql.gz.check.json", "a.sql.gz.proof.json", "a.globals.sql", "ab.sql.gz", "ab.globals.sql", "a.dump"]) folder.Write(name, "x");
        var entry = Put("a.sql.gz");
        Pinner.Pin(entry, "for a minute", new DateTimeOffset(2026, 11, 22, 0, 1, 0, TimeSpan.Zero), "ann@db1");
        var outcome = Assert.Single(new PruneRunner(new StoppedClock(Backups.Now.AddMinutes(1))).Run([Expired(entry)]));
        Assert.Null(outcome.Fault);
        Assert.Equal(["a.dump", "ab.globals.sql", "ab.sql.gz"], Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_removal_that_was_killed_after_the_dump_is_finished_by_the_next_one()
    {
        var entry = Put("a.dump");
        foreach (var name in (string[])["a.dump.json", "a.dump.check.json", "a.globals.sql"]) folder.Write(name, "x");
        File.Delete(entry.Path);
        Assert.Null(Assert.Single(Prune(entry with { State = DumpState.Missing })).Fault);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Theory]
    [InlineData("2026-11-22", "2026-11-23T00:00:00Z")]
    [InlineData("2027-01-31", "2027-02-01T00:00:00Z")]
    [InlineData("90d", "2027-02-20T00:00:00Z")]
    [InlineData("36h", "2026-11-23T12:00:00Z")]
    public void A_pin_ends_after_a_day_or_a_duration(string text, string end) =>
        Assert.Equal(DateTimeOffset.Parse(end, System.Globalization.CultureInfo.InvariantCulture), PinEnd.Parse(text, Backups.Now));

    [Theory]
    [InlineData("2026-11-21")]
    [InlineData("0d")]
    [InlineData("tomorrow")]
    [InlineData("2027-02-30")]
    [InlineData("9999-12-31")]
    [InlineData("")]
    public void An_end_that_is_none_or_is_past_is_refused(string text) => Assert.Equal(FaultCode.Usage, Assert.Throws<Fault>(() => PinEnd.Parse(text, Backups.Now)).Code);

    public void Dispose() => folder.Dispose();

    private PinRunner Pinner => new(Kept.In(folder.Path), new StoppedClock(Backups.Now));

    private static IReadOnlyList<PruneOutcome> Prune(DumpEntry entry) => new PruneRunner(new StoppedClock(Backups.Now)).Run([Expired(entry)]);

    private static RetentionDecision Expired(DumpEntry entry) => new(new RetentionItem(entry), [], new Expiry("age", "older than 7 days"));

    private Fault Refused(DumpEntry entry, FaultCode code)
    {
        var fault = Assert.Throws<Fault>(() => Pinner.Pin(entry, "why", null, "ann@db1"));
        Assert.Equal(code, fault.Code);
        return fault;
    }

    private DumpEntry Put(string key)
    {
        folder.Write(key, "x");
        var entry = Backups.Good(key, 90).Entry;
        return entry with { Store = DumpStore.OfFolder(folder.Path), Manifest = entry.Manifest! with { Globals = DumpName.Stem(key) + ".globals.sql" } };
    }
}
