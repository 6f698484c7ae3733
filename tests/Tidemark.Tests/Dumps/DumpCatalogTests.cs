using System.Runtime.Versioning;
using System.Text.Json.Nodes;
using Tidemark.Configuration;
using Tidemark.Dumps;
using Tidemark.Retention;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Dumps;

[SupportedOSPlatform("linux")]
public sealed class DumpCatalogTests : IDisposable
{
    private readonly TempFolder folder = new();

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("not json at all")]
    [InlineData("")]
    public void A_stray_manifest_that_cannot_be_read_is_one_damaged_entry_and_hides_no_other(string text)
    {
        Put("good.dump");
        folder.Write("zz.dump.json", text);
        var all = Catalog.All();
        Assert.Equal(["good.dump", "zz.dump"], all.Select(entry => entry.Key).Order());
        var stray = all.Single(entry => entry.Key == "zz.dump");
        Assert.Equal(DumpState.Damaged, stray.State);
        Assert.NotNull(stray.Finding);
        Assert.Equal("good.dump", new DumpChoice(Kept.In(folder.Path), TimeProvider.System, _ => { }).Find("latest", null, folder.Path).Key);
    }

    [Theory]
    [InlineData("id", "\"0123456789ab\"")]
    [InlineData("id", "\"../../x\"")]
    [InlineData("file", "\"other.dump\"")]
    [InlineData("database", "\"\"")]
    [InlineData("database", "\"a\\u0000b\"")]
    [InlineData("database", "null")]
    [InlineData("sha256", "null")]
    [InlineData("rows", "null")]
    [InlineData("rows", "[null]")]
    [InlineData("gaps", "null")]
    [InlineData("roles", "[null]")]
    [InlineData("size", "\"many\"")]
    [InlineData("globals", "\"other.globals.sql\"")]
    public void A_manifest_that_is_not_its_dumps_own_makes_it_damaged_and_no_matter_of_retention(string member, string value)
    {
        Put("good.dump");
        Assert.Equal(DumpState.Good, Assert.Single(Catalog.All()).State);
        var path = Put("bad.dump");
        var document = JsonNode.Parse(File.ReadAllText(path + ".json"))!;
        document[member] = JsonNode.Parse(value);
        File.WriteAllText(path + ".json", document.ToJsonString());
        var bad = Catalog.All().Single(entry => entry.Key == "bad.dump");
        Assert.Equal(DumpState.Damaged, bad.State);
        Assert.NotNull(bad.Finding);
        var plan = RetentionPlanner.Plan(Catalog.All().Select(entry => new RetentionItem(entry)), new RetentionPolicy(1), DateTimeOffset.MaxValue);
        Assert.Empty(plan.Goes);
        Assert.Equal("bad.dump", Assert.Single(plan.LeftAlone).Key);
    }

    [Theory]
    [InlineData("rows")]
    [InlineData("gaps")]
    [InlineData("roles")]
    [InlineData("extensions")]
    [InlineData("warnings")]
    public void A_manifest_without_one_of_its_lists_is_one_damaged_entry_and_hides_no_other(string list)
    {
        Put("good.dump");
        var path = Put("bad.dump");
        var document = JsonNode.Parse(File.ReadAllText(path + ".json"))!.AsObject();
        document.Remove(list);
        File.WriteAllText(path + ".json", document.ToJsonString());
        Assert.Equal(DumpState.Damaged, Catalog.All().Single(entry => entry.Key == "bad.dump").State);
        Assert.Equal(2, Catalog.All().Count);
    }

    [Fact]
    public void A_mark_that_cannot_be_read_makes_its_dump_damaged()
    {
        Put("good.dump");
        folder.Write("good.dump.check.json", "{");
        Assert.Equal(DumpState.Damaged, Assert.Single(Catalog.All()).State);
    }

    [Fact]
    public void A_mark_that_is_a_folder_or_a_link_that_leads_nowhere_makes_its_dump_damaged_and_a_link_to_a_mark_is_read()
    {
        foreach (var key in (string[])["folder.dump", "dangling.dump", "good.dump"]) Put(key);
        Directory.CreateDirectory(folder["folder.dump.check.json"]);
        File.CreateSymbolicLink(folder["dangling.dump.check.json"], folder["nowhere"]);
        folder.Write("elsewhere.json", """{"checkedAt":"2026-11-22T00:00:00Z","passed":true,"findings":[]}""");
        File.CreateSymbolicLink(folder["good.dump.check.json"], folder["elsewhere.json"]);
        // Links are still no dumps and no folders of ours.
        File.CreateSymbolicLink(folder["link.dump"], folder["good.dump"]);
        Directory.CreateSymbolicLink(folder["link"], folder.Path);
        Assert.Equal(["dangling.dump Damaged", "folder.dump Damaged", "good.dump Good"], Catalog.All().Select(entry => $"{entry.Key} {entry.State}").Order());
        Assert.All(["dangling.dump", "folder.dump"], key => Assert.Equal(DumpState.Damaged, Catalog.Of(key).State));
    }

    [Fact]
    public void A_manifest_too_large_to_be_one_is_not_read_and_hides_no_other()
    {
        Put("good.dump");
        Put("huge.dump");
        using (var manifest = File.OpenWrite(folder["huge.dump.json"])) manifest.SetLength(65 << 20);
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var huge = Catalog.All().Single(entry => entry.Key == "huge.dump");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - allocated, 0, 32 << 20);
        Assert.Equal(DumpState.Damaged, huge.State);
        Assert.Contains("68157440 bytes", huge.Finding, StringComparison.Ordinal);
        Assert.Equal(2, Catalog.All().Count);
    }

    [Fact]
    public async Task A_fifo_with_the_name_of_a_dump_or_of_what_lies_beside_one_is_told_and_waited_for_by_nobody()
    {
        Put("good.dump");
        Put("marked.dump");
        Fifo.Make(folder["fifo.dump"]);
        Fifo.Make(folder["marked.dump.check.json"]);
        Put("stolen.dump");
        File.Delete(folder["stolen.dump.json"]);
        Fifo.Make(folder["stolen.dump.json"]);
        var (entries, unseen) = await Task.Run(Catalog.Look, TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal("fifo.dump is a FIFO with the name of a dump: it is passed over", Assert.Single(unseen));
        Assert.Equal(["good.dump Good", "marked.dump Damaged", "stolen.dump Damaged"], entries.Select(entry => $"{entry.Key} {entry.State}").Order());
    }

    [Fact]
    public void A_folder_that_cannot_be_read_is_told_and_hides_no_other()
    {
        File.SetUnixFileMode(folder.Path, (UnixFileMode)0b111_101_101);
        Put("a/seen.dump");
        Put("closed/hidden.dump");
        Put("z/seen.dump");
        File.SetUnixFileMode(folder["closed"], UnixFileMode.None);
        using (new AsNobody())
        {
            var (entries, unseen) = Catalog.Look();
            Assert.Equal(["a/seen.dump", "z/seen.dump"], entries.Select(entry => entry.Key).Order());
            Assert.StartsWith("the folder closed cannot be read", Assert.Single(unseen), StringComparison.Ordinal);
        }
        File.SetUnixFileMode(folder["closed"], (UnixFileMode)0b111_000_000);
        Assert.Empty(Catalog.Look().Unseen);
    }

    [Fact]
    public void A_dump_that_was_copied_elsewhere_with_its_manifest_keeps_it()
    {
        var path = Put("good.dump");
        Assert.Equal(DumpState.Good, Kept.Outside(path).State);
    }

    public void Dispose() => folder.Dispose();

    private DumpCatalog Catalog => Kept.Catalog(folder.Path);

    private string Put(string key) => StoredDump.Put(folder, key, DateTimeOffset.UnixEpoch);
}
