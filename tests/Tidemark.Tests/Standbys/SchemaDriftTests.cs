using Tidemark.Standbys;

namespace Tidemark.Tests.Standbys;

public sealed class SchemaDriftTests
{
    private static readonly SchemaObject Table = new("table", "public.t", null, "", "", "");
    private static readonly SchemaObject Column = new("column", "public.t.n", "public.t", "integer ", "ALTER TABLE public.t ADD COLUMN n integer", "ALTER TABLE public.t ALTER COLUMN n TYPE integer");
    private static readonly PrimaryTable Published = new("public.t", 0, true, true);

    [Fact]
    public void Nothing_is_said_of_two_that_are_the_same() => Assert.Empty(Of([Table, Column], [Column, Table], ["public.t"]).Findings);

    [Fact]
    public void A_column_that_is_lacking_is_added_and_one_of_another_type_is_changed()
    {
        Assert.Equal([Column.Create + ";"], Of([Table, Column], [Table], ["public.t"]).OnStandby);
        Assert.Equal([Column.Change + ";"], Of([Table, Column], [Table, Column with { Definition = "bigint " }], ["public.t"]).OnStandby);
    }

    [Fact]
    public void A_table_that_is_lacking_comes_with_all_that_is_its_own_and_is_published_and_followed()
    {
        var drift = Of([Table, Column], [], []);
        Assert.Equal(["ALTER PUBLICATION p ADD TABLE public.t;"], drift.OnPrimary);
        Assert.Equal(["CREATE TABLE public.t", "ALTER SUBSCRIPTION p REFRESH PUBLICATION;"], drift.OnStandby);
    }

    [Fact]
    public void What_only_the_standby_has_is_dropped_by_nobody_but_a_person()
    {
        var drift = Of([Table], [Table, Column], ["public.t"]);
        Assert.Single(drift.Findings);
        Assert.All(drift.OnStandby, line => Assert.StartsWith("-- ", line, StringComparison.Ordinal));
    }

    [Fact]
    public void A_published_table_without_its_key_is_told_as_what_it_is()
    {
        var drift = SchemaDrift.Of("p", [Table], [Table], [Published with { Identified = false }], new HashSet<string>(["public.t"]), [], _ => "");
        Assert.Contains("can be neither updated nor deleted now", Assert.Single(drift.Findings), StringComparison.Ordinal);
        Assert.StartsWith("ALTER TABLE public.t REPLICA IDENTITY FULL;", Assert.Single(drift.OnPrimary), StringComparison.Ordinal);
    }

    private static SchemaDrift Of(IReadOnlyList<SchemaObject> primary, IReadOnlyList<SchemaObject> standby, IReadOnlyList<string> travelling) =>
        SchemaDrift.Of("p", primary, standby, [Published], travelling.ToHashSet(), [], table => "CREATE TABLE " + table);
}
