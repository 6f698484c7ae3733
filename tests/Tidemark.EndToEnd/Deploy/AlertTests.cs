using System.Text.Json;
using System.Text.RegularExpressions;
using Tidemark.EndToEnd.Restores;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Deploy;

/// <summary>The rules and the board that we ship, on a real Prometheus and a real Alertmanager.</summary>
public sealed partial class AlertTests(Servers servers)
{
    private static readonly string Folder = Path.Combine(Workshop.Repository, "deploy");

    [Fact]
    public async Task The_rules_are_right_and_fire_when_their_tests_say_so()
    {
        var promtool = Path.Combine(await Prometheus.RequireAsync(), "promtool");
        await ChildProcess.OutputAsync(promtool, ["check", "rules", Path.Combine(Folder, "prometheus", "rules.yml")]);
        await ChildProcess.OutputAsync(promtool, ["test", "rules", Path.Combine(Folder, "prometheus", "rules_test.yml")]);
        await ChildProcess.OutputAsync(promtool, ["check", "config", "--syntax-only", Path.Combine(Folder, "prometheus", "prometheus.yml")]);
        await ChildProcess.OutputAsync(Path.Combine(Path.GetDirectoryName(promtool)!, "amtool"), ["check-config", Path.Combine(Folder, "prometheus", "alertmanager.yml")]);
    }

    [Fact]
    public async Task A_backup_that_fails_reaches_Alertmanager_and_every_query_of_the_board_runs()
    {
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        await using var service = await Service.StartAsync(shop.Program);
        await using var prometheus = await Prometheus.StartAsync(service.Http.BaseAddress!);
        await prometheus.AnswersAsync($"db_backup_failure_total{{database=\"{shop.Database}\"}} == 0");
        Assert.NotEqual(0, (await shop.Program.With("BACKUP_PGDUMP_PATH", "/bin/false").RunAsync("backup")).ExitCode);
        var alert = await prometheus.AlertedAsync("TidemarkBackupFailed");
        Assert.Equal($"A backup of {shop.Database} failed", alert.GetProperty("annotations").GetProperty("summary").GetString());

        shop.Program.With("BACKUP_PGDUMP_PATH", null);
        await shop.BackUpAsync();
        await prometheus.AnswersAsync($"tidemark_recovery_point_age_seconds{{database=\"{shop.Database}\"}}");
        var board = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(Folder, "grafana", "tidemark.json"), TestContext.Current.CancellationToken)).RootElement;
        var queries = board.GetProperty("panels").EnumerateArray().SelectMany(panel => panel.GetProperty("targets").EnumerateArray()).Select(target => target.GetProperty("expr").GetString()!).ToList();
        Assert.True(queries.Count > 10);
        // What this shop has none of: drills, restores, heartbeats, a run at this moment, WAL.
        foreach (var query in queries) Assert.True((await prometheus.QueryAsync(Variable().Replace(query, ".*"))).Count > 0 != NotHere().IsMatch(query), query);
    }

    [GeneratedRegex(@"\$(cluster|database)\b")]
    private static partial Regex Variable();

    [GeneratedRegex("proven_point_age|restore_forecast|heartbeat_age|run_running|tidemark_wal_")]
    private static partial Regex NotHere();
}
