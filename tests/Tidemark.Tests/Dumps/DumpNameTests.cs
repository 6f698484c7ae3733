using System.Security.Cryptography;
using System.Text;
using Tidemark.Dumps;

namespace Tidemark.Tests.Dumps;

public sealed class DumpNameTests
{
    private static readonly string Hash = new('a', 64);
    private static readonly DateTimeOffset Moment = new(2026, 3, 1, 1, 30, 5, TimeSpan.FromHours(2));

    [Fact]
    public void A_dated_name_tells_the_day_in_UTC() =>
        Assert.Equal("shop/2026/02/28/backup-20260228T233005Z.dump", DumpName.Dated("shop", Moment));

    [Theory]
    [InlineData("shop", "shop")]
    [InlineData("Shop-1.old_x", "Shop-1.old_x")]
    [InlineData("a/b", "a%2Fb")]
    [InlineData("..", "%2E.")]
    [InlineData("-rf", "%2Drf")]
    [InlineData("it's \"odd\"\n", "it%27s%20%22odd%22%0A")]
    [InlineData("100%", "100%25")]
    [InlineData("ü", "%C3%BC")]
    public void A_database_name_becomes_a_file_name_that_leads_nowhere_else(string database, string expected) => Assert.Equal(expected, DumpName.FileSafe(database));

    [Fact]
    public void Long_names_that_differ_only_at_their_end_stay_different()
    {
        var (one, other) = (new string('ü', 31) + "1", new string('ü', 31) + "2");
        Assert.InRange(DumpName.FileSafe(one).Length, 1, 90);
        Assert.NotEqual(DumpName.FileSafe(one), DumpName.FileSafe(other));
    }

    [Fact]
    public void Flat_names_carry_the_hash_last_and_a_number_before_it()
    {
        var name = DumpName.Flat("before", null, Hash);
        Assert.Equal($"before.{Hash}.sql.gz", name);
        Assert.Equal($"before.My%20db.{Hash}.sql.gz", DumpName.Flat("before", "My db", Hash));
        Assert.Equal($"before-2.{Hash}.sql.gz", DumpName.Numbered(name, 2));
        Assert.Equal("d/2026/01/01/backup-20260101T000000Z-3.dump", DumpName.Numbered("d/2026/01/01/backup-20260101T000000Z.dump", 3));
        Assert.Equal("v1.2-2.sql.gz", DumpName.Numbered("v1.2.sql.gz", 2));
    }

    [Theory]
    [InlineData("a/b.dump", "a/b")]
    [InlineData("a.sql.gz", "a")]
    [InlineData("a.sql.gz.age", "a")]
    [InlineData("a.b", "a.b")]
    public void The_id_is_the_start_of_the_SHA_256_of_the_key_without_extensions(string key, string stem) =>
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(stem)))[..12], DumpName.Id(key));

    [Theory]
    [InlineData("release-1.2_x+y@z")]
    [InlineData("0")]
    public void A_label_that_fits_is_taken(string label) => Assert.Equal(label, DumpName.CheckedLabel(label));

    [Theory]
    [InlineData("")]
    [InlineData(".a")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("a\0b")]
    [InlineData("ä")]
    public void A_label_that_fits_no_file_name_is_a_fault(string label) =>
        Assert.Equal(FaultCode.BadLabel, Assert.Throws<Fault>(() => DumpName.CheckedLabel(label)).Code);

    [Fact]
    public void A_label_of_101_characters_is_too_long() => Assert.Throws<Fault>(() => DumpName.CheckedLabel(new string('a', 101)));
}
