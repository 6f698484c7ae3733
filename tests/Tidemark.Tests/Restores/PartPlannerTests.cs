using CsCheck;
using Tidemark.Dumps;
using Tidemark.Restores;
using Tidemark.Tests.Dumps;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Restores;

public sealed class PartPlannerTests
{
    private static readonly string[] Majors = ["13", "15", "18"];

    private static readonly DumpEntry Dump = new() { Id = "0123456789ab", Store = DumpStore.OfFolder("/x"), Key = "my dump", IsOutside = true, Size = 1, State = DumpState.Foreign, Time = DateTimeOffset.UnixEpoch };

    public static TheoryData<string> AllMajors => [.. Majors];

    [Theory]
    [MemberData(nameof(AllMajors))]
    public void A_table_comes_with_all_that_belongs_to_it_and_with_what_it_needs(string major)
    {
        string[] expected =
        [
            "SCHEMA sales", "TYPE state", "FUNCTION touch()", "TABLE orders", "SEQUENCE orders_id_seq", "SEQUENCE OWNED BY orders_id_seq", "SEQUENCE orders_big_seq", "DEFAULT orders id",
            "TABLE DATA orders", "SEQUENCE SET orders_id_seq", "SEQUENCE SET orders_big_seq", "CONSTRAINT orders orders_pkey", "INDEX orders_note", "STATISTICS st", "RULE orders r", "TRIGGER orders t",
            "ROW SECURITY orders", "POLICY orders q", "COMMENT TABLE orders", "COMMENT COLUMN orders.note", "COMMENT INDEX orders_note", "ACL TABLE orders", "ACL COLUMN orders.note", "ACL SCHEMA sales",
        ];
        var (plan, entries) = Plan(major, tables: ["orders"]);
        Assert.Equal(expected.Order(StringComparer.Ordinal), entries.Select(Named).Order(StringComparer.Ordinal));
        Assert.Equal([("sales", "orders")], plan.Tables);
        Assert.Empty(plan.AlsoMade);
        Assert.Equal(["fk constraint sales.invoices invoices_ord_fkey: needs sales.invoices", "fk constraint sales.orders orders_customer_fkey: needs crm.customers",
            "materialized view sales.mv: not asked for", "policy sales.orders p: needs crm.customers", "view sales.v: not asked for"], plan.LeftOut.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(AllMajors))]
    public void A_foreign_key_comes_when_both_of_its_tables_do(string major)
    {
        var (_, entries) = Plan(major, tables: ["orders", "crm.customers"]);
        Assert.Contains("FK CONSTRAINT orders orders_customer_fkey", entries.Select(Named));
        Assert.Contains("POLICY orders p", entries.Select(Named));
    }

    [Theory]
    [MemberData(nameof(AllMajors))]
    public void Partitions_come_with_their_parent_and_a_parent_without_rows_with_its_partition(string major)
    {
        Assert.Equal([("sales", "parts_1"), ("sales", "parts_2")], Plan(major, tables: ["parts"]).Plan.Tables);
        var (one, entries) = Plan(major, tables: ["parts_1"]);
        Assert.Equal([("sales", "parts_1")], one.Tables);
        Assert.Equal(["sales.parts"], one.AlsoMade);
        Assert.Contains("INDEX ATTACH parts_1_pkey", entries.Select(Named));
        Assert.Equal(["crm.base"], Plan(major, tables: ["kid"]).Plan.AlsoMade);
        Assert.Equal(["crm.customers"], Plan(major, tables: ["crm.\"Odd \"\"Name\""]).Plan.AlsoMade);
    }

    [Theory]
    [MemberData(nameof(AllMajors))]
    public void A_schema_comes_with_its_views_and_functions_and_without_what_needs_another(string major)
    {
        var (plan, entries) = Plan(major, schemas: ["sales"]);
        string[] some = ["SCHEMA sales", "VIEW v", "MATERIALIZED VIEW mv", "MATERIALIZED VIEW DATA mv", "FUNCTION touch()", "FK CONSTRAINT invoices invoices_ord_fkey"];
        Assert.Empty(some.Except(entries.Select(Named)));
        Assert.Equal(["fk constraint sales.orders orders_customer_fkey: needs crm.customers", "policy sales.orders p: needs crm.customers"], plan.LeftOut);
    }

    [Theory]
    [MemberData(nameof(AllMajors))]
    public void In_place_nothing_is_dropped_that_others_need_and_every_foreign_key_of_the_table_comes(string major)
    {
        var entries = Plan(major, tables: ["orders"], inPlace: true).Entries.Select(Named).ToList();
        string[] others = ["SCHEMA sales", "TYPE state", "FUNCTION touch()", "TABLE customers", "FK CONSTRAINT invoices invoices_ord_fkey", "ACL SCHEMA sales"];
        Assert.Empty(others.Intersect(entries));
        string[] own = ["FK CONSTRAINT orders orders_customer_fkey", "POLICY orders p", "SEQUENCE orders_id_seq", "SEQUENCE SET orders_id_seq", "ACL TABLE orders"];
        Assert.Empty(own.Except(entries));
    }

    [Fact]
    public void Definitions_and_rows_can_be_had_apart()
    {
        string[] rows = ["TABLE DATA", "SEQUENCE SET", "MATERIALIZED VIEW DATA"];
        Assert.DoesNotContain(Plan("15", content: PartContent.SchemaOnly).Entries, entry => rows.Contains(entry.Kind));
        Assert.Equal(["SEQUENCE SET", "TABLE DATA"], Plan("15", content: PartContent.DataOnly).Entries.Select(entry => entry.Kind).Distinct().Order(StringComparer.Ordinal));
        var plan = Plan("15", tables: ["orders"], content: PartContent.SchemaOnly).Plan;
        Assert.Equal([new TableRows("sales", "orders", 0)], plan.RowsOf([new TableRows("sales", "orders", 7), new TableRows("crm", "self", 3)]));
    }

    [Fact]
    public void A_name_that_is_not_in_the_dump_is_not_found_and_near_ones_are_told()
    {
        var fault = Refused(tables: ["Orders"]);
        Assert.Equal(4, fault.Code.ExitCode);
        Assert.Contains("near ones: sales.orders", fault.Why, StringComparison.Ordinal);
        Assert.Contains("near ones: sales", Refused(schemas: ["sale"]).Why, StringComparison.Ordinal);
        Assert.Equal(4, Refused(tables: ["crm.orders"]).Code.ExitCode);
        Assert.Contains("is a view", Refused(tables: ["sales.v"]).What, StringComparison.Ordinal);
        Assert.Equal(2, Refused(tables: ["a.b.c"]).Code.ExitCode);
    }

    [Fact]
    public void A_foreign_key_to_a_table_that_comes_without_its_rows_is_left_out()
    {
        ArchiveEntry[] contents = [new(1, "TABLE", "a", "customers", []), new(2, "TABLE", "a", "orders", [1]), new(3, "TABLE DATA", "a", "customers", [1]), new(4, "TABLE DATA", "a", "orders", [2]), new(5, "FK CONSTRAINT", "a", "orders fk", [1, 2])];
        var plan = PartPlanner.Plan(Dump, new RestorePart([], ["orders"], PartContent.All), contents, false);
        Assert.Equal([1, 2, 4], plan.Entries);
        Assert.Equal(["a.customers"], plan.AlsoMade);
        Assert.Equal(["fk constraint a.orders fk: needs a.customers"], plan.LeftOut);
    }

    [Fact]
    public void Where_every_table_is_asked_for_none_is_made_beside()
    {
        ArchiveEntry[] contents = [new(1, "TABLE", "a", "customers", []), new(2, "TABLE DATA", "a", "customers", [1])];
        var plan = PartPlanner.Plan(Dump, new RestorePart([], [], PartContent.SchemaOnly), contents, false);
        Assert.Equal([1], plan.Entries);
        Assert.Equal((0, 0), (plan.AlsoMade.Count, plan.LeftOut.Count));
    }

    [Fact]
    public void A_name_in_two_schemas_is_asked_back()
    {
        ArchiveEntry[] contents = [new(1, "TABLE", "a", "t", []), new(2, "TABLE", "b", "t", [])];
        var fault = Assert.Throws<Fault>(() => PartPlanner.Plan(Dump, new RestorePart([], ["t"], PartContent.All), contents, false));
        Assert.Equal((2, "a.t, b.t", "tidemark restore '/x/my dump' --table a.t"), (fault.Code.ExitCode, fault.Why, fault.Next));
    }

    [Fact]
    public void Whatever_tables_are_asked_for_their_rows_and_no_others_come_and_nothing_lacks_what_it_needs()
    {
        foreach (var major in Majors)
        {
            var contents = Kept.Contents(ArchiveContentsTests.Sample($"{major}.part.dump"));
            var ids = contents.ToDictionary(entry => entry.Id);
            var tables = contents.Where(entry => entry.IsTable).Select(entry => entry.Shown).ToArray();
            Gen.Select(Gen.Shuffle(tables, 1, tables.Length), Gen.Bool).Sample((asked, inPlace) =>
            {
                var plan = PartPlanner.Plan(Dump, new RestorePart([], asked, PartContent.All), contents, inPlace);
                var taken = plan.Entries.ToHashSet();
                var wanted = asked.Concat(asked.Contains("sales.parts") ? ["sales.parts_1", "sales.parts_2"] : []).ToHashSet();
                var rows = contents.Where(entry => entry.Kind == "TABLE DATA" && taken.Contains(entry.Id)).Select(entry => entry.Shown).ToHashSet();
                return rows.SetEquals(wanted.Where(table => table != "sales.parts"))
                    && contents.Where(entry => entry.IsTable && wanted.Contains(entry.Shown)).All(entry => taken.Contains(entry.Id))
                    && (inPlace || plan.Entries.All(id => ids[id].Needs.All(need => !ids.ContainsKey(need) || taken.Contains(need))));
            }, iter: 300);
        }
    }

    private static string Named(ArchiveEntry entry) => $"{entry.Kind} {entry.Name}";

    private static Fault Refused(string[]? schemas = null, string[]? tables = null) => Assert.Throws<Fault>(() => Plan("15", schemas, tables));

    private static (PartPlan Plan, List<ArchiveEntry> Entries) Plan(string major, string[]? schemas = null, string[]? tables = null, PartContent content = PartContent.All, bool inPlace = false)
    {
        var contents = Kept.Contents(ArchiveContentsTests.Sample($"{major}.part.dump"));
        var plan = PartPlanner.Plan(Dump, new RestorePart(schemas ?? [], tables ?? [], content), contents, inPlace);
        return (plan, [.. contents.Where(entry => plan.Entries.Contains(entry.Id))]);
    }
}
