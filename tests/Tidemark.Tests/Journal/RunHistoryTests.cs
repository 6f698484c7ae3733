using System.Runtime.Versioning;
using Tidemark.Journal;
using Tidemark.Tests.Support;
using static Tidemark.Tests.Protection.Backups;

namespace Tidemark.Tests.Journal;

[SupportedOSPlatform("linux")]
public sealed class RunHistoryTests : IDisposable
{
    private readonly TempFolder folder = new();

    [Fact]
    public void The_last_ended_of_each_kind_and_database_is_found_among_many()
    {
        using (var journal = RunJournal.Open(folder.Path))
            foreach (var run in new[]
            {
                Run("succeeded", 100), Run("failed", 50), Run("succeeded", 70), Run("running", 1),
                Run("succeeded", 40, database: "other"), Run("succeeded", 30, "restore"), Run("succeeded", 20, "restore"), Run("failed", 10, "restore"),
            })
                journal.Write(run with { Id = run.Id + run.Database, Error = run.State == "failed" ? "why" : null, BackupId = "b" }, noticed: false);
        var history = RunHistory.Read(folder.Path);
        Assert.Null(history.Finding);
        Assert.Equal([("backup", "db", "failed", "why", 50d), ("backup", "other", "succeeded", null, 40d), ("restore", "db", "failed", "why", 10d)],
            history.LastEnded.Select(run => (run.Kind, run.Database, run.State, run.Error, (Now - run.StartedAt).TotalMinutes)).Order());
        Assert.Equal([20d, 40d, 70d], history.LastSucceeded.Select(run => (Now - run.StartedAt).TotalMinutes).Order());
        Assert.Equal(1d, (Now - Assert.Single(history.Running).StartedAt).TotalMinutes);
    }

    [Fact]
    public void Of_each_phase_the_latest_restores_are_remembered_and_no_more()
    {
        using (var journal = RunJournal.Open(folder.Path))
        {
            journal.Measure([new MeasuredPhase("dump", "other", "restore", 1, null, Now.AddDays(-99))]);
            for (var i = 0; i < MeasuredPhase.Remembered + 5; i++) journal.Measure([new MeasuredPhase("dump", "db", "restore", i, 1000 + i, Now.AddMinutes(i)), new MeasuredPhase("dump", "db", "start a server", 1.25, null, Now.AddMinutes(i))]);
        }
        var phases = RunHistory.Read(folder.Path).Phases;
        Assert.Equal(Enumerable.Range(5, MeasuredPhase.Remembered).Select(i => new MeasuredPhase("dump", "db", "restore", i, 1000 + i, Now.AddMinutes(i))), phases.Where(one => one is { Database: "db", Phase: "restore" }).OrderBy(one => one.At));
        Assert.Equal(MeasuredPhase.Remembered, phases.Count(one => one is { Phase: "start a server", Bytes: null, Seconds: 1.25 }));
        Assert.Single(phases, one => one.Database == "other");
    }

    [Fact]
    public void Where_there_is_no_journal_none_is_made()
    {
        Assert.Null(RunHistory.Read(folder["nowhere"]).Finding);
        Assert.False(Path.Exists(folder["nowhere"]));
    }

    [Fact]
    public void A_journal_in_a_closed_folder_is_not_taken_for_none()
    {
        using (var journal = RunJournal.Open(folder["state"])) journal.Write(Run("succeeded"), noticed: false);
        File.SetUnixFileMode(folder["state"], UnixFileMode.None);
        using (new AsNobody())
        {
            Assert.Equal(FaultCode.Store, Assert.Throws<Fault>(() => JournalReader.Open(folder["state"])).Code);
            Assert.Contains("Permission denied", RunHistory.Read(folder["state"]).Finding, StringComparison.Ordinal);
        }
        File.SetUnixFileMode(folder["state"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using var open = JournalReader.Open(folder["state"]);
        Assert.NotNull(open);
    }

    [Fact]
    public void A_damaged_journal_is_a_finding()
    {
        folder.Write("journal.db", new string('x', 5000));
        Assert.StartsWith(folder["journal.db"] + ": ", RunHistory.Read(folder.Path).Finding, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();
}
