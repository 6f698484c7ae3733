using CsCheck;
using Tidemark.Dumps;
using Tidemark.Restores;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Restores;

public sealed class TableNameTests
{
    [Theory]
    [InlineData("orders", null, "orders")]
    [InlineData("Odd Name", null, "Odd Name")]
    [InlineData("public.\"Odd Name\"", "public", "Odd Name")]
    [InlineData("\"a.b\".\"c\"\"d\"", "a.b", "c\"d")]
    [InlineData("\"a.b\"", null, "a.b")]
    public void A_name_is_taken_as_it_is_typed(string typed, string? schema, string table) => Assert.Equal(new TableName(schema, table), TableName.Parse(typed));

    [Theory]
    [InlineData("")]
    [InlineData("a.b.c")]
    [InlineData(".a")]
    [InlineData("a.")]
    [InlineData("\"a")]
    [InlineData("\"a\"b")]
    public void What_can_be_no_name_is_a_fault(string typed) => Assert.Equal(2, Assert.Throws<Fault>(() => TableName.Parse(typed)).Code.ExitCode);

    [Fact]
    public void Every_table_can_be_named_as_it_is_shown() => Gen.Select(Names.Any, Names.Any).Sample((schema, table) =>
        TableName.Parse(new TableRows(schema, table, 0).ToString()) == new TableName(schema, table) && TableName.Parse(new TableRows("", table, 0).ToString()) == new TableName(null, table)
        && TableName.Unquoted(new TableRows("", schema, 0).ToString()) == schema);
}
