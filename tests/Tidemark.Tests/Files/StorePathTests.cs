using Tidemark.Files;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Files;

public sealed class StorePathTests : IDisposable
{
    private readonly TempFolder folder = new();

    [Theory]
    [InlineData("")]
    [InlineData("/etc/passwd")]
    [InlineData("..")]
    [InlineData("a/../../b")]
    [InlineData("a/..")]
    [InlineData("./a")]
    [InlineData("a//b")]
    [InlineData("a/")]
    [InlineData("a\0b")]
    [InlineData("a\nb")]
    [InlineData("-rf")]
    [InlineData("a/--output=x")]
    public void A_key_that_could_lead_out_or_become_an_option_is_refused(string key) =>
        Assert.Equal(FaultCode.OutsideStore, Assert.Throws<Fault>(() => StorePath.Resolve(folder.Path, key)).Code);

    [Theory]
    [InlineData("orders/2026/05/01/backup-20260501T020000Z.dump")]
    [InlineData("it's \"quoted\" and spaced.sql.gz")]
    [InlineData("Größe/été.dump")]
    [InlineData("..a/b..")]
    [InlineData("a\\b")]
    public void A_strange_but_harmless_key_lies_inside(string key) =>
        Assert.Equal(Path.Combine(folder.Path, key), StorePath.Resolve(folder.Path, key));

    [Theory]
    [InlineData("outside", false)]
    [InlineData("nowhere", false)]
    [InlineData("circle", false)]
    [InlineData("inside", true)]
    public void A_symbolic_link_may_not_lead_out(string link, bool allowed)
    {
        var root = folder["store"];
        Directory.CreateDirectory(folder["store/real"]);
        Directory.CreateDirectory(folder["store-elsewhere"]);
        var target = link switch { "outside" => "../store-elsewhere", "inside" => "real", "circle" => "circle", _ => "missing" };
        File.CreateSymbolicLink(folder["store/" + link], target);

        foreach (var key in new[] { link, link + "/file" })
        {
            if (allowed)
                Assert.StartsWith(root, StorePath.Resolve(root, key));
            else
                Assert.Equal(FaultCode.OutsideStore, Assert.Throws<Fault>(() => StorePath.Resolve(root, key)).Code);
        }
    }

    [Fact]
    public void The_root_itself_may_be_a_link_and_may_be_missing()
    {
        Directory.CreateDirectory(folder["real"]);
        File.CreateSymbolicLink(folder["root"], folder["real"]);
        Assert.Equal(folder["root/a/b"], StorePath.Resolve(folder["root"], "a/b"));
        Assert.Equal(folder["missing/a"], StorePath.Resolve(folder["missing"], "a"));
    }

    public void Dispose() => folder.Dispose();
}
