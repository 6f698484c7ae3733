using Tidemark.BaseBackups;
using Tidemark.Restores.Bases;
using Tidemark.Tests.BaseBackups;

namespace Tidemark.Tests.Restores.Bases;

public sealed class ChangedCollationTests
{
    [Theory]
    [InlineData("2.36", "shop libc 2.31>2.36, crm libc 2.28>2.36")]
    [InlineData("2.31", "crm libc 2.28>2.31")]
    // Another libc says nothing of its rules.
    [InlineData(null, "")]
    public void A_machine_says_of_libc_what_has_changed_and_of_others_nothing(string? here, string expected)
    {
        var manifest = MadeManifest.Plain with { Collations = [new BaseCollation("shop", "libc", "2.31"), new BaseCollation("crm", "libc", "2.28"), new BaseCollation("plain", "libc", null), new BaseCollation("wide", "icu", "153.14")] };
        Assert.Equal(expected, string.Join(", ", ChangedCollation.OnThisMachine(manifest, here).Select(one => $"{one.Database} {one.Provider} {one.Made}>{one.Actual}")));
    }

    [Theory]
    [InlineData(null, 15, "in that database: REINDEX DATABASE \"the shop\"; ALTER DATABASE \"the shop\" REFRESH COLLATION VERSION;")]
    [InlineData(null, 14, "in that database: REINDEX DATABASE \"the shop\";")]
    [InlineData("public.\"de-x\"", 14, "in that database: REINDEX DATABASE \"the shop\"; ALTER COLLATION public.\"de-x\" REFRESH VERSION;")]
    public void What_to_do_is_told_as_the_version_knows_it(string? collation, int major, string expected) =>
        Assert.EndsWith(expected, Assert.Single(ChangedCollation.InWords([new ChangedCollation("the shop", collation, "icu", "1", "2")], major)), StringComparison.Ordinal);

    [Fact]
    public void A_hundred_are_ten_sentences_and_a_number()
    {
        var told = ChangedCollation.InWords([.. Enumerable.Range(0, 100).Select(at => new ChangedCollation($"d{at}", null, "libc", "1", "2"))], 17).ToList();
        Assert.Equal(11, told.Count);
        Assert.StartsWith("90 more", told[^1], StringComparison.Ordinal);
    }
}
