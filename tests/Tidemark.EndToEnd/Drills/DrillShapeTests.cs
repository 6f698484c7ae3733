using Tidemark.EndToEnd.Dumps;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Drills;

/// <summary>The documents of <c>drill … --json</c> are a contract, as <see cref="JsonShapeTests"/> says it.</summary>
public sealed class DrillShapeTests(Servers servers)
{
    private static readonly string[] More =
    [
        "seconds", "rtoSeconds", "rpoSeconds", "newestHeartbeat", "newestUntil", "machine", "system", "processors", "tidemark", "expected", "got", "key", "reason", "sabotage",
    ];

    [Fact]
    public async Task The_documents_of_run_list_show_and_verify_are_as_approved()
    {
        var server = await servers.OfAsync(15);
        using var drills = await DrillShop.OpenAsync(server, "CREATE TABLE system_events (event_type text, message text, created_at timestamptz); INSERT INTO system_events VALUES ('heartbeat', 'beat', now());");
        await drills.Shop.BackUpAsync();
        drills.Program.With("BACKUP_DRILL_TARGET", server.Url()).With("BACKUP_HOOK_SMOKE_TEST", "true");
        drills.Ask("""[{ "name": "orders", "sql": "select count(*) from orders", "equals": 1000 }]""");
        var run = (await drills.DrillAsync()).Ends();
        drills.Ask("""[{ "name": "orders", "sql": "select count(*) from orders", "equals": 1 }]""");
        var failed = (await drills.DrillAsync("latest", "--sabotage")).Ends();
        var (list, show, verify) = ((await drills.Program.RunAsync("drill", "list", "--json")).Ends(), (await drills.Program.RunAsync("drill", "show", "latest", "--json")).Ends(), (await drills.Program.RunAsync("drill", "verify", "--json")).Ends());
        var key = show.Json.GetProperty("key").GetString()!;
        void Approved(string name, ProgramResult result) => JsonShapeTests.AssertApproved(name, result with { Output = result.Output.Replace(drills.Shop.Database, "drilled", StringComparison.Ordinal).Replace(key, "(key)", StringComparison.Ordinal) }, "Drills", More);
        Assert.Multiple(() => Approved("run", run), () => Approved("run-sabotage", failed), () => Approved("list", list), () => Approved("show", show), () => Approved("verify", verify));
    }
}
