using System.Text;
using Tidemark.Postgres;

namespace Tidemark.Tests.Postgres;

public sealed class DatabasePropertiesTests
{
    private static readonly DatabaseFacts Facts = new()
    {
        Name = "x",
        Oid = 1,
        Owner = "me",
        Encoding = "UTF8",
        Collate = "C",
        Ctype = "C",
        Provider = "libc",
        ConnectionLimit = -1,
        AllowsConnections = true,
    };

    [Theory]
    [InlineData("search_path", "\"$user\", public", "'$user', 'public'")]
    [InlineData("search_path", "\"a, \"\"b\"", "'a, \"b'")]
    [InlineData("search_path", "\"\"", "''")]
    [InlineData("app.x", "it's, a \\list", " E'it''s, a \\\\list'")]
    public void A_list_is_set_item_by_item_and_any_other_value_as_one_literal(string name, string stored, string written)
    {
        var facts = Facts with { Settings = [new DatabaseSetting(null, name, stored)] };
        Assert.Contains(DatabaseProperties.Statements("x", facts, new HashSet<string>()), statement => statement.EndsWith($" to {written}", StringComparison.Ordinal));
    }

    [Fact]
    public void What_concerns_roles_that_are_not_here_is_left_out()
    {
        var facts = Facts with { Owner = "gone", Settings = [new DatabaseSetting("gone", "work_mem", "1MB")], Grants = [new DatabaseGrant("gone", "CREATE", false), new DatabaseGrant(null, "CONNECT", false)] };
        var statements = DatabaseProperties.Statements("x", facts, new HashSet<string> { "me" }).ToList();
        Assert.DoesNotContain(statements, statement => statement.Contains("gone", StringComparison.Ordinal));
        Assert.Contains("grant CONNECT on database \"x\" to public", statements);
    }

    [Theory]
    [InlineData("shop", "shop")]
    [InlineData("äöüäöüäöüäöüäöüäöüäöüäöüäöüäöüä", "äöüäöüäöüäöüäöüäöüäö")]
    [InlineData("a😀😀😀😀😀😀😀😀😀😀😀😀😀😀", "a😀😀😀😀😀😀😀😀😀😀")]
    public void A_derived_name_fits_into_63_bytes_and_cuts_no_character(string database, string stem)
    {
        var name = DatabaseCreation.DerivedName(database, "_before_20260101000000");
        Assert.Equal(stem + "_before_20260101000000", name);
        Assert.True(Encoding.UTF8.GetByteCount(name) <= 63, name);
    }

    [Fact]
    public void A_name_that_is_taken_gets_a_number()
    {
        var now = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
        Assert.Equal("shop_undone_20260102030405_3", DatabaseCreation.FreeName("shop", "undone", now, new HashSet<string> { "shop_undone_20260102030405", "shop_undone_20260102030405_2" }));
    }
}
