using System.Runtime.Versioning;
using System.Text.Json;
using Tidemark.Dumps;
using Tidemark.Journal;
using Tidemark.Protection;
using Tidemark.Tests.Support;
using static Tidemark.Tests.Protection.Backups;

namespace Tidemark.Tests.Protection;

[SupportedOSPlatform("linux")]
public sealed class ProtectionReaderTests : IDisposable
{
    private readonly TempFolder folder = new();

    [Fact]
    public void The_worst_comes_first_and_proofs_and_runs_are_those_of_the_database()
    {
        Kept.Prove(Put("fine.dump", 10, "fine"), "drill-1", Now.AddDays(-2));
        Put("old.dump", 500, "old");
        Put("risky.dump", 10, "risky");
        Journal(Run("failed", database: "risky"));
        using (var journal = RunJournal.Open(folder[".tidemark"])) journal.Measure([new MeasuredPhase("dump", "fine", "restore", 60, 1000, Now)]);
        var report = Read("nothing known");
        Assert.Equal([("nothing known", "Exposed"), ("old", "Exposed"), ("risky", "AtRisk"), ("fine", "Protected")], report.Databases.Select(one => (one.Facts.Database, one.State.ToString())));
        Assert.Equal("drill-1", report.Databases[^1].ProvenPoint!.ProvenBy);
        Assert.Equal(TimeSpan.FromMinutes(1), report.Databases[^1].Facts.Forecast!.P50);
        Assert.Empty(report.Remarks);
    }

    [Theory]
    [InlineData(true, "interrupted")]
    [InlineData(false, null)]
    public void A_run_whose_process_is_gone_was_interrupted_and_one_that_runs_says_nothing_yet(bool over, string? state)
    {
        Put("a.dump", 10);
        Journal(Run("running") with { FinishedAt = null });
        var one = Assert.Single(Read(null, over).Databases);
        Assert.Equal((state, state is not null), (one.Facts.LastBackup?.State, one.Recovery.State == ProtectionState.AtRisk));
    }

    [Fact]
    public void A_database_that_its_server_does_not_know_and_of_which_nothing_is_kept_is_not_exposed()
    {
        Put("a.dump", 10, "dropped");
        Journal(Run("failed", 1, database: "dropped") with { Id = "1", ErrorCode = "no-such-database" }, Run("failed", 2, database: "misspelt") with { Id = "2", ErrorCode = "no-such-database" });
        Assert.Equal(["dropped", "shop"], Read("shop").Databases.Select(one => one.Facts.Database).Order());
    }

    [Fact]
    public void A_run_that_goes_on_does_not_hide_that_the_one_before_failed()
    {
        Put("a.dump", 10);
        Journal(Run("failed", 20), Run("running", 1) with { FinishedAt = null });
        Assert.Equal("failed", Assert.Single(Read(null).Databases).Facts.LastBackup!.State);
    }

    [Fact]
    public void What_cannot_be_read_is_told_and_hides_nothing_else()
    {
        Put("a.dump", 10);
        folder.Write("a.dump.proof.json", "{");
        folder.Write(".tidemark/journal.db", new string('x', 5000));
        var report = Read(null);
        var one = Assert.Single(report.Databases);
        Assert.Equal((ProtectionState.Protected, ProtectionState.Unproven), (one.Recovery.State, one.Proof.State));
        Assert.Equal(2, report.Remarks.Count);
        Assert.Contains(report.Remarks, remark => remark.StartsWith($"the last runs are not known: {folder[".tidemark/journal.db"]}: ", StringComparison.Ordinal));
        Assert.Contains(report.Remarks, remark => remark.StartsWith($"{folder["a.dump.proof.json"]} is no proof: ", StringComparison.Ordinal));
    }

    [Fact]
    public void The_proof_of_a_backup_that_is_no_longer_good_proves_nothing()
    {
        Kept.Prove(Put("a.dump", 10), "drill-1", Now);
        File.AppendAllText(folder["a.dump"], "more");
        Assert.Equal(ProtectionState.Unproven, Assert.Single(Read(null).Databases).Proof.State);
    }

    [Fact]
    public void A_folder_that_is_not_there_is_told_and_not_made()
    {
        var report = new ProtectionReader(Kept.In(folder["away"]), NoObjective, _ => true, new StoppedClock(Now)).Read("db");
        Assert.Equal(ProtectionState.Unknown, Assert.Single(report.Databases).State);
        Assert.Equal([$"the backup folder {folder["away"]} is not there (BACKUP_DIR)"], report.Remarks);
        Assert.False(Path.Exists(folder["away"]));
    }

    [Fact]
    public void A_closed_part_of_the_folder_is_told_and_puts_every_database_at_risk()
    {
        Put("a.dump", 10);
        Directory.CreateDirectory(folder["shop"]);
        File.SetUnixFileMode(folder.Path, (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(folder["shop"], UnixFileMode.None);
        ProtectionReport report;
        using (new AsNobody()) report = Read(null);
        Assert.Equal(ProtectionState.AtRisk, Assert.Single(report.Databases).Recovery.State);
        Assert.StartsWith("the folder shop cannot be read", Assert.Single(report.Remarks), StringComparison.Ordinal);
        File.SetUnixFileMode(folder["shop"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    [Fact]
    public async Task An_objective_that_the_going_of_backups_breaks_is_told()
    {
        // The newest backup was proven long ago, an older one lately.
        Kept.Prove(Put("new.dump", 10), "drill-1", Now.AddDays(-90));
        Kept.Prove(Put("old.dump", 90), "drill-2", Now.AddDays(-1));
        Put("late.dump", 200, "late");
        using (var journal = RunJournal.Open(folder[".tidemark"])) journal.Measure([new MeasuredPhase("dump", "db", "restore", 600, 1, Now)]);
        var objectives = Hundred with { ProofAge = TimeSpan.FromDays(30), Rto = TimeSpan.FromMinutes(9) };
        var reader = new ProtectionReader(Kept.In(folder.Path), objectives, _ => true, new StoppedClock(Now));
        var look = await reader.LookAsync(await Kept.In(folder.Path).LookAsync(TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
        ProtectionReport Without(params string[] keys) => reader.Judge(look, null, keys.ToHashSet());
        string[] Outlook(params string[] keys) => [.. ObjectiveOutlook.Of(Without(), Without(keys), objectives.Rto).Select(one => $"{one.Database} {one.Objective} {one.BreachedNow} {one.BreachedAfter}").Order(StringComparer.Ordinal)];
        Assert.Equal(["db BACKUP_RTO True True", "late BACKUP_PROOF_AGE True True", "late BACKUP_RPO True True"], Outlook());
        Assert.Equal(["db BACKUP_PROOF_AGE False True", "db BACKUP_RTO True True", "late BACKUP_PROOF_AGE True True", "late BACKUP_RPO True True"], Outlook("old.dump"));
        Assert.Equal(["db BACKUP_RTO True True", "late BACKUP_PROOF_AGE True True", "late BACKUP_RPO True True"], Outlook("new.dump"));
    }

    public void Dispose() => folder.Dispose();

    private ProtectionReport Read(string? configured, bool over = false) => new ProtectionReader(Kept.In(folder.Path), Hundred, _ => over, new StoppedClock(Now)).Read(configured);

    private DumpEntry Put(string key, double minutes, string database = "db")
    {
        folder.Write(key, "x");
        var manifest = Of(key, minutes, database: database).Manifest! with { Id = DumpName.Id(key), Size = 1 };
        folder.Write(key + ".json", JsonSerializer.Serialize(manifest, DumpJson.Default.DumpManifest));
        return Kept.Catalog(folder.Path).Of(key);
    }

    private void Journal(params RunRow[] runs)
    {
        using var journal = RunJournal.Open(folder[".tidemark"]);
        foreach (var run in runs) journal.Write(run, noticed: false);
    }
}
