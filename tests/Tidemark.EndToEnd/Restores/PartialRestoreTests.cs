using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Restores;

/// <summary>One table or schema out of a dump, with all that belongs to it.</summary>
public sealed class PartialRestoreTests(Servers servers)
{
    private const string Sales = """
        CREATE SCHEMA sales; CREATE SCHEMA crm; CREATE SCHEMA "Odd Schema";
        CREATE TYPE crm.state AS ENUM ('new', 'paid');
        CREATE DOMAIN crm.mail AS text CHECK (value LIKE '%@%');
        CREATE FUNCTION crm.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
        CREATE TABLE crm.customers (id int PRIMARY KEY, mail crm.mail);
        INSERT INTO crm.customers SELECT i, i || '@x' FROM generate_series(1, 10) i;
        CREATE TABLE sales.bills (id serial PRIMARY KEY, customer int REFERENCES crm.customers, state crm.state DEFAULT 'new', note text, line bigint GENERATED ALWAYS AS IDENTITY, CHECK (id > 0));
        INSERT INTO sales.bills (customer, note) SELECT i % 10 + 1, E'tab\there' || i FROM generate_series(1, 100) i;
        SELECT setval('sales.bills_id_seq', 4711);
        CREATE INDEX bills_note ON sales.bills (note);
        CREATE STATISTICS sales.bills_stat ON id, customer FROM sales.bills;
        CREATE TRIGGER touch BEFORE UPDATE ON sales.bills FOR EACH ROW EXECUTE FUNCTION crm.touch();
        CREATE RULE keep AS ON DELETE TO sales.bills WHERE old.id < 0 DO INSTEAD NOTHING;
        ALTER TABLE sales.bills ENABLE ROW LEVEL SECURITY;
        CREATE POLICY own ON sales.bills USING (id > 0);
        COMMENT ON TABLE sales.bills IS 'what we are owed'; COMMENT ON COLUMN sales.bills.note IS 'seen by them'; COMMENT ON INDEX sales.bills_note IS 'an index';
        GRANT USAGE ON SCHEMA sales TO pg_monitor; GRANT SELECT ON sales.bills TO pg_monitor; GRANT UPDATE (note) ON sales.bills TO pg_monitor;
        CREATE TABLE sales.reminders (id int PRIMARY KEY, bill int REFERENCES sales.bills);
        CREATE VIEW sales.open AS SELECT * FROM sales.bills;
        CREATE TABLE sales.days (id int, day int, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
        CREATE TABLE sales.days_1 PARTITION OF sales.days FOR VALUES FROM (0) TO (10);
        CREATE TABLE sales.days_2 PARTITION OF sales.days FOR VALUES FROM (10) TO (20);
        INSERT INTO sales.days SELECT i, i FROM generate_series(0, 19) i;
        CREATE TABLE "Odd Schema"."Odd. ""Name"" ü" (x int);
        INSERT INTO "Odd Schema"."Odd. ""Name"" ü" VALUES (1), (2);
        """;

    [Theory]
    [InlineData(13)]
    [InlineData(15)]
    [InlineData(18)]
    public async Task A_table_comes_back_equal_into_a_new_database_and_what_is_left_out_is_told(int major)
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(major), sql: Sales);
        await shop.BackUpAsync();
        var copy = shop.Database + "_copy";
        var done = (await shop.Program.RunAsync("restore", "latest", "--table", "sales.bills", "--table", "customers", "--to-database", copy, "--json")).Ends().Json;
        Assert.Equal(("checked", 2, 110), (done.GetProperty("outcome").GetString(), done.GetProperty("tables").GetInt32(), done.GetProperty("rows").GetInt32()));
        string[] left = [.. done.GetProperty("part").GetProperty("leftOut").EnumerateArray().Select(line => line.GetString()!)];
        Assert.Equal(["view sales.open: not asked for", "fk constraint sales.reminders reminders_bill_fkey: needs sales.reminders"], left);

        // What pg_dump says of the two tables, in both databases: definitions, grants, comments, sequences and rows.
        Assert.Equal(await DumpedAsync(shop, shop.Database, "sales.bills", "crm.customers"), await DumpedAsync(shop, copy, "sales.bills", "crm.customers"));
        Assert.Equal("crm.bills=0 crm.customers=1 sales.bills=1 sales.reminders=0",
            await shop.Server.ScalarAsync<string>(copy, "SELECT string_agg(t || '=' || (to_regclass(t) IS NOT NULL)::int, ' ' ORDER BY t) FROM unnest(ARRAY['crm.bills', 'crm.customers', 'sales.bills', 'sales.reminders']) t"));
        Assert.Equal(4712, await shop.Server.ScalarAsync<long>(copy, "SELECT nextval('sales.bills_id_seq')"));
        Assert.True(await shop.Server.ScalarAsync<bool>(copy, "SELECT has_schema_privilege('pg_monitor', 'sales', 'usage')"));
    }

    [Theory]
    [InlineData(13)]
    [InlineData(18)]
    public async Task Partitions_odd_names_and_whole_schemas_come_too(int major)
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(major), sql: Sales);
        await shop.BackUpAsync();
        var (days, odd, schema) = (shop.Database + "_days", shop.Database + "_odd", shop.Database + "_schema");
        (await shop.Program.RunAsync("restore", "latest", "--table", "days", "--to-database", days)).Ends();
        Assert.Equal(await DumpedAsync(shop, shop.Database, "sales.days*"), await DumpedAsync(shop, days, "sales.days*"));
        (await shop.Program.RunAsync("restore", "latest", "--table", "\"Odd Schema\".\"Odd. \"\"Name\"\" ü\"", "--to-database", odd)).Ends();
        Assert.Equal(3, await shop.Server.ScalarAsync<long>(odd, "SELECT sum(x) FROM \"Odd Schema\".\"Odd. \"\"Name\"\" ü\""));
        var told = (await shop.Program.RunAsync("restore", "latest", "--schema", "sales", "--schema-only", "--to-database", schema)).Ends();
        Assert.Contains("needs crm.customers", told.Output, StringComparison.Ordinal);
        Assert.Equal("0 0 1", await shop.Server.ScalarAsync<string>(schema, "SELECT (SELECT count(*) FROM sales.open) || ' ' || (SELECT count(*) FROM sales.days) || ' ' || (SELECT count(*) FROM pg_class WHERE relname = 'reminders')"));
    }

    [Fact]
    public async Task A_dropped_table_comes_back_in_place_in_one_transaction_and_nothing_else_changes()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15), sql: Sales);
        var id = await shop.BackUpAsync();
        var before = await DumpedAsync(shop, shop.Database, "sales.bills");
        await shop.MoveOnAsync();
        await shop.Server.ExecuteAsync(shop.Database, "DROP TABLE sales.bills CASCADE");
        (await shop.Program.RunAsync("restore", "latest", "--table", "sales.bills", "--in-place")).Ends(5);
        Assert.Null(await shop.Server.ScalarAsync<string>(shop.Database, "SELECT to_regclass('sales.bills')::text"));
        (await shop.Program.RunAsync("restore", "latest", "--table", "sales.bills", "--in-place", "--confirm", shop.Database)).Ends();
        Assert.Equal(before, await DumpedAsync(shop, shop.Database, "sales.bills"));
        Assert.Equal(2, await shop.VersionAsync());

        // It is there now, and a reminder holds on to it: dropping it again fails, and then nothing is changed.
        await shop.Server.ExecuteAsync(shop.Database, "UPDATE sales.bills SET note = 'newer'; INSERT INTO sales.reminders VALUES (1, 1); ALTER TABLE sales.reminders ADD FOREIGN KEY (bill) REFERENCES sales.bills");
        var failed = (await shop.Program.RunAsync("restore", "latest", "--table", "sales.bills", "--in-place", "--confirm", shop.Database)).Ends(1);
        Assert.Contains("other objects depend on it", failed.Errors, StringComparison.Ordinal);
        Assert.Contains($"next   tidemark restore {id} --table sales.bills # beside", failed.Errors, StringComparison.Ordinal);

        // Nor can pg_restore drop a partitioned table whose partitions share its key.
        var partitioned = (await shop.Program.RunAsync("restore", "latest", "--table", "sales.days", "--in-place", "--confirm", shop.Database)).Ends(1);
        Assert.Contains($"next   tidemark restore {id} --table sales.days # beside", partitioned.Errors, StringComparison.Ordinal);
        await shop.Server.ExecuteAsync(shop.Database, "DROP TABLE sales.days");
        (await shop.Program.RunAsync("restore", "latest", "--table", "sales.days", "--in-place", "--confirm", shop.Database)).Ends();
        Assert.Equal(100, await shop.Server.ScalarAsync<long>(shop.Database, "SELECT count(*) FROM sales.bills WHERE note = 'newer'"));
    }

    [Fact]
    public async Task Rows_alone_come_into_empty_tables_only()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15), sql: Sales);
        await shop.BackUpAsync();
        string[] rows = ["restore", "latest", "--table", "sales.bills", "--data-only"];
        (await shop.Program.RunAsync(rows)).Ends(2);
        var refused = (await shop.Program.RunAsync([.. rows, "--in-place", "--confirm", shop.Database])).Ends(5);
        Assert.Contains("TRUNCATE sales.bills;", refused.Errors, StringComparison.Ordinal);
        Assert.Equal(100, await shop.Server.ScalarAsync<long>(shop.Database, "SELECT count(*) FROM sales.bills"));

        await shop.Server.ExecuteAsync(shop.Database, "DELETE FROM sales.bills");
        (await shop.Program.RunAsync([.. rows, "--in-place"])).Ends(5);
        (await shop.Program.RunAsync([.. rows, "--in-place", "--confirm", shop.Database])).Ends();
        Assert.Equal(100, await shop.Server.ScalarAsync<long>(shop.Database, "SELECT count(*) FROM sales.bills"));
    }

    [Fact]
    public async Task What_cannot_be_is_refused_before_anything_is_done()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15), sql: Sales);
        await shop.BackUpAsync();
        var unknown = (await shop.Program.RunAsync("restore", "latest", "--table", "Bills", "--json")).Ends(4).Json.GetProperty("error");
        Assert.Contains("sales.bills", unknown.GetProperty("why").GetString(), StringComparison.Ordinal);
        (await shop.Program.RunAsync("restore", "latest", "--schema", "sale")).Ends(4);
        (await shop.Program.RunAsync("restore", "latest", "--table", "orders", "--swap")).Ends(2);
        (await shop.Program.RunAsync("restore", "latest", "--schema-only", "--data-only")).Ends(2);
        (await shop.Program.RunAsync("restore", "latest", "--schema-only", "--in-place", "--confirm", shop.Database)).Ends(5);
        var plan = (await shop.Program.RunAsync("restore", "latest", "--table", "sales.bills", "--dry-run", "--json")).Ends().Json.GetProperty("part");
        Assert.Equal("table sales.bills", plan.GetProperty("asked").GetString());
        Assert.Contains("fk constraint sales.bills bills_customer_fkey: needs crm.customers", plan.GetProperty("leftOut").EnumerateArray().Select(line => line.GetString()));

        await shop.BackUpAsync("--format", "sql.gz");
        var plain = (await shop.Program.RunAsync("restore", "latest", "--table", "sales.bills", "--json")).Ends(5).Json.GetProperty("error");
        Assert.Contains("pg_dump --table=sales.bills", plain.GetProperty("next").GetString(), StringComparison.Ordinal);
        Assert.Equal([shop.Database], await shop.DatabasesAsync());
    }

    [Fact]
    public async Task Definitions_of_everything_come_without_a_row()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15), sql: Sales);
        await shop.BackUpAsync();
        var empty = shop.Database + "_empty";
        (await shop.Program.RunAsync("restore", "latest", "--schema-only", "--to-database", empty)).Ends();
        Assert.Equal(await SchemaAsync(shop, shop.Database), await SchemaAsync(shop, empty));
        Assert.Equal(0, await shop.Server.ScalarAsync<long>(empty, "SELECT (SELECT count(*) FROM orders) + (SELECT count(*) FROM sales.bills)"));
    }

    private static async Task<string> SchemaAsync(Shop shop, string database) => Comparable(await shop.ClientAsync("pg_dump", "--schema-only", "--dbname", shop.Server.SocketUrl(database)));

    private static async Task<string> DumpedAsync(Shop shop, string database, params string[] tables) =>
        Comparable(await shop.ClientAsync("pg_dump", [.. tables.Select(table => $"--table={table}"), "--dbname", shop.Server.SocketUrl(database)]));

    /// <summary>Without the random word that each plain dump begins and ends with.</summary>
    private static string Comparable(string dump) => string.Join('\n', dump.Split('\n').Where(line => !line.StartsWith("\\restrict ", StringComparison.Ordinal) && !line.StartsWith("\\unrestrict ", StringComparison.Ordinal)));
}
