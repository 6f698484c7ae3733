using Tidemark.EndToEnd.Restores;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Heartbeats;

/// <summary>One row that proves that the database takes writes.</summary>
public sealed class HeartbeatTests(Servers servers)
{
    [Fact]
    public async Task The_missing_table_is_a_failure_with_the_way_to_make_it_and_then_rows_come_in()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        var missing = (await shop.Program.RunAsync("heartbeat", "--json")).Ends(1).Json.GetProperty("error");
        Assert.Contains("--create-table", missing.GetProperty("next").GetString(), StringComparison.Ordinal);
        (await shop.Program.RunAsync("heartbeat", "--create-table")).Ends();
        (await shop.Program.RunAsync("heartbeat", "--create-table")).Ends();
        (await shop.Program.RunAsync("heartbeat", "--type", "it's", "--message", "a \"test\"")).Ends();
        Assert.Equal("TEST Heartbeat,TEST Heartbeat,it's a \"test\"", await shop.Server.ScalarAsync<string>(shop.Database,
            "SELECT string_agg(event_type || ' ' || message, ',' ORDER BY id) FROM system_events WHERE created_at > now() - interval '1 hour'"));
    }

    [Fact]
    public async Task Table_and_columns_are_those_that_the_settings_name()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15), sql: "CREATE SCHEMA \"my ops\"; CREATE TABLE \"my ops\".\"Beats\" (kind text, \"the text\" text, at timestamptz)");
        shop.Write(".env", "HEARTBEAT_TABLE=\"my ops.Beats\"\nHEARTBEAT_TYPE_COLUMN=kind\nHEARTBEAT_MESSAGE_COLUMN=\"the text\"\nHEARTBEAT_TIME_COLUMN=at\n");
        (await shop.Program.RunAsync("heartbeat")).Ends();
        Assert.Equal("TEST Heartbeat", await shop.Server.ScalarAsync<string>(shop.Database, "SELECT kind || ' ' || \"the text\" FROM \"my ops\".\"Beats\" WHERE at <= now()"));
    }
}
