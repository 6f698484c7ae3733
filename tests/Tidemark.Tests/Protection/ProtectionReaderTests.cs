using System.Text.Json;
using Tidemark.Dumps;
using Tidemark.Journal;
using Tidemark.Protection;
using Tidemark.Tests.Support;
using static Tidemark.Tests.Protection.Backups;

namespace Tidemark.Tests.Protection;

public sealed class ProtectionReaderTests : IDisposable
{
    private readonly TempFolder folder = new();

    [Fact]
    public void The_worst_comes_first_and_proofs_and_runs_are_those_of_the_database()
    {
        ProofMarkWriter.Write(Put("fine.dump", 10, "fine"), "drill-1", Now.AddDays(-2));
        Put("old.dump", 500, "old");
        Put("risky.dump", 10, "risky");
        Journal(Run("failed", database: "risky"), Run("succeeded", 400, "restore", "fine") with { BackupId = DumpName.Id("fine.dump") });
        var report = Read("nothing known");
        Assert.Equal([("nothing known", "Exposed"), ("old", "Exposed"), ("risky", "AtRisk"), ("fine", "Protected")], report.Databases.Select(one => (one.Facts.Database, one.State.ToString())));
        Assert.Equal("drill-1", report.Databases[^1].ProvenPoint!.ProvenBy);
        Assert.Equal(TimeSpan.FromMinutes(1), report.Databases[^1].Facts.Forecast);
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
        ProofMarkWriter.Write(Put("a.dump", 10), "drill-1", Now);
        File.AppendAllText(folder["a.dump"], "more");
        Assert.Equal(ProtectionState.Unproven, Assert.Single(Read(null).Databases).Proof.State);
    }

    [Fact]
    public void A_folder_that_is_not_there_is_told_and_not_made()
    {
        var report = new ProtectionReader(new DumpFolder(folder["away"]), NoObjective, _ => true, new StoppedClock(Now)).Read("db");
        Assert.Equal(ProtectionState.Unknown, Assert.Single(report.Databases).State);
        Assert.Equal([$"the backup folder {folder["away"]} is not there (BACKUP_DIR)"], report.Remarks);
        Assert.False(Path.Exists(folder["away"]));
    }

    public void Dispose() => folder.Dispose();

    private ProtectionReport Read(string? configured, bool over = false) => new ProtectionReader(new DumpFolder(folder.Path), Hundred, _ => over, new StoppedClock(Now)).Read(configured);

    private DumpEntry Put(string key, double minutes, string database = "db")
    {
        var path = folder.Write(key, "x");
        var manifest = Of(key, minutes, database: database).Manifest! with { Id = DumpName.Id(key), Size = 1 };
        folder.Write(key + ".json", JsonSerializer.Serialize(manifest, DumpJson.Default.DumpManifest));
        return new DumpCatalog(new DumpFolder(folder.Path)).OfFile(path);
    }

    private void Journal(params RunRow[] runs)
    {
        using var journal = RunJournal.Open(folder[".tidemark"]);
        foreach (var run in runs) journal.Write(run, noticed: false);
    }
}
