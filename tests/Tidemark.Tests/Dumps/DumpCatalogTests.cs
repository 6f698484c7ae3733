using System.Text.Json;
using System.Text.Json.Nodes;
using Tidemark.Configuration;
using Tidemark.Dumps;
using Tidemark.Retention;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Dumps;

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
        Assert.Equal("good.dump", new DumpChoice(new DumpFolder(folder.Path)).Find("latest", null, folder.Path).Key);
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
    public void A_dump_that_was_copied_elsewhere_with_its_manifest_keeps_it()
    {
        var path = Put("good.dump");
        Assert.Equal(DumpState.Good, new DumpCatalog(new DumpFolder(folder["another"])).OfFile(path).State);
    }

    public void Dispose() => folder.Dispose();

    private DumpCatalog Catalog => new(new DumpFolder(folder.Path));

    private string Put(string key)
    {
        var path = folder.Write(key, "x");
        var time = DateTimeOffset.UnixEpoch;
        var manifest = new DumpManifest
        {
            Id = DumpName.Id(key),
            Database = "shop",
            File = key,
            Format = "custom",
            Size = 1,
            Sha256 = "",
            ContentSha256 = "",
            DumpedBytes = 1,
            StartedAt = time,
            RecoveryPoint = time,
            FinishedAt = time,
            Check = "full",
        };
        folder.Write(key + ".json", JsonSerializer.Serialize(manifest, DumpJson.Default.DumpManifest));
        return path;
    }
}
