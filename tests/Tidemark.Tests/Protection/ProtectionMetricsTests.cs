using Tidemark.Audit;
using Tidemark.Journal;
using Tidemark.Protection;
using Tidemark.Telemetry;
using Tidemark.Tests.Support;
using Tidemark.Tests.Telemetry;
using static Tidemark.Tests.Protection.Backups;

namespace Tidemark.Tests.Protection;

public sealed class ProtectionMetricsTests : IDisposable
{
    private const string Odd = "It's \"odd\"\\/ü\nshop";
    private readonly TempFolder folder = new();

    [Fact]
    public void Ages_forecast_states_and_counts_are_told_of_every_database()
    {
        Audit("DB_BACKUP_CREATED", "db", 3);
        Audit("DB_BACKUP_FAILED", "db", 2);
        Audit("DB_BACKUP_PURGED", "db", 1);
        Audit("DB_BACKUP_FAILED", Odd, 1);
        Audit("DB_RESTORE_COMPLETED", "db", 1);
        var facts = Facts(Of("a", 90)) with { Server = "7571", Proofs = [Proof(3, pointDaysAgo: 4)], Forecast = new RestoreForecast(TimeSpan.FromSeconds(12.5), TimeSpan.FromSeconds(20), 3) };
        var samples = Read(DatabaseProtection.Of(facts, Hundred, Now), DatabaseProtection.Of(Facts() with { Database = Odd }, Hundred, Now));

        double Value(string name, string database, params string[] more) => Assert.Single(samples, sample => sample.Name == name && sample.ByName["database"] == database && more.All(value => sample.ByName.Values.Contains(value))).Value;
        Assert.Equal((3, 2, 1), (Value("db_backup_success_total", "db"), Value("db_backup_failure_total", "db"), Value("db_backup_purge_total", "db")));
        Assert.Equal((0, 1, 0), (Value("db_backup_success_total", Odd), Value("db_backup_failure_total", Odd), Value("db_backup_purge_total", Odd)));
        Assert.Equal((5400, 4 * 86400, 12.5), (Value("tidemark_recovery_point_age_seconds", "db"), Value("tidemark_proven_point_age_seconds", "db"), Value("tidemark_restore_forecast_seconds", "db")));
        Assert.DoesNotContain(samples, sample => sample.Name.EndsWith("_age_seconds", StringComparison.Ordinal) && sample.ByName["database"] == Odd);
        Assert.Equal(["proof protected", "recovery at_risk"], States("db"));
        Assert.Equal(["proof unproven", "recovery exposed"], States(Odd));
        Assert.All(samples, sample => Assert.Equal("default", sample.ByName["cluster"]));
        Assert.All(samples.Where(sample => sample.Name.StartsWith("db_", StringComparison.Ordinal)), sample => Assert.Equal("dump", sample.ByName["kind"]));

        IEnumerable<string> States(string database) => samples.Where(sample => sample.Name == "tidemark_protection_state" && sample.ByName["database"] == database && sample.Value == 1).Select(sample => $"{sample.ByName["line"]} {sample.ByName["state"]}").Order();
    }

    [Fact]
    public void Two_servers_databases_of_one_name_are_series_of_their_own() =>
        Assert.Equal(["1", "2"], Read(On("1"), On("2"))
            .Where(sample => sample.Name == "tidemark_recovery_point_age_seconds").Select(sample => sample.ByName["server"]));

    [Fact]
    public void The_duration_is_that_of_the_latest_run_of_each_kind_that_succeeded()
    {
        Journal(Run("succeeded", 300), Run("succeeded", 100) with { FinishedAt = Now.AddMinutes(-97) }, Run("failed", 50), Run("succeeded", 20, "restore"), Run("running", 1, "restore") with { FinishedAt = null });
        var samples = Read(DatabaseProtection.Of(Facts(), NoObjective, Now)).Where(sample => sample.Name == "tidemark_run_duration_seconds");
        Assert.Equal([("backup", 180d), ("restore", 60d)], samples.Select(sample => (sample.ByName["run"], sample.Value)).Order());
    }

    [Fact]
    public void A_configured_database_is_counted_at_0_before_anything_is_known_of_it()
    {
        var samples = ExpositionReader.Read(ExpositionText.Of(ProtectionMetrics.Of(new ProtectionReport(Now, [], []), RunHistory.Read(folder.Path), EventTally.Read(folder.Path), "db")));
        Assert.Equal([("db_backup_success_total", 0d), ("db_backup_failure_total", 0), ("db_backup_purge_total", 0), ("db_backup_purge_failure_total", 0)], samples.Select(sample => (sample.Name, sample.Value)));
        Assert.All(samples, sample => Assert.Equal("default dump db", $"{sample.ByName["cluster"]} {sample.ByName["kind"]} {sample.ByName["database"]}"));
    }

    [Fact]
    public void Where_the_counts_are_not_known_no_counter_says_0() =>
        Assert.Empty(ProtectionMetrics.Of(new ProtectionReport(Now, [], []), new RunHistory(), new EventTally(new Dictionary<(string, string), long>(), "broken"), "db").Where(family => family.Type == "counter").SelectMany(family => family.Samples));

    [Fact]
    public void Lines_of_the_audit_log_that_cannot_be_read_are_counted_apart()
    {
        Audit("DB_BACKUP_CREATED", "db", 1);
        File.AppendAllText(folder["audit.jsonl"], "{\"at\":\"2026\n\n{}\n");
        Audit("DB_BACKUP_CREATED", "db", 1);
        var tally = AuditTally.Read(folder.Path);
        Assert.Equal((2, 3), (tally.Of("DB_BACKUP_CREATED", "db"), tally.Unreadable));
        Assert.Empty(AuditTally.Read(folder["nowhere"]).Counts);
    }

    public void Dispose() => folder.Dispose();

    private static DatabaseProtection On(string server) => DatabaseProtection.Of(Facts(Of("a", 1)) with { Server = server }, NoObjective, Now);

    private IReadOnlyList<ExpositionReader.Sample> Read(params DatabaseProtection[] databases) =>
        ExpositionReader.Read(ExpositionText.Of(ProtectionMetrics.Of(new ProtectionReport(Now, databases, []), RunHistory.Read(folder.Path), EventTally.Read(folder.Path), null)));

    private void Audit(string action, string database, int times)
    {
        var log = new AuditLog(folder.Path);
        for (var i = 0; i < times; i++) log.Write(new AuditEvent { At = Now, Action = action, Outcome = "ok", Actor = "me@here", Database = database });
    }

    private void Journal(params RunRow[] runs)
    {
        using var journal = RunJournal.Open(folder.Path);
        foreach (var run in runs) journal.Write(run, noticed: false);
    }
}
