using Tidemark.Audit;
using Tidemark.Journal;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Journal;

public sealed class EventTallyTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 2, 0, 0, TimeSpan.Zero);
    private readonly TempFolder folder = new();

    [Fact]
    public void Counts_begin_where_the_audit_log_stands_and_outlive_it()
    {
        Audit("DB_BACKUP_CREATED", 2);
        File.Move(AuditLog.PathIn(folder.Path), folder["audit-20261101T020000Z.jsonl"]);
        Audit("DB_BACKUP_CREATED", 1);
        Audit("DB_BACKUP_FAILED", 1);
        // Before anything is written by this version, and after.
        Assert.Equal((3, 1), Counted());
        using (var journal = RunJournal.Open(folder.Path)) journal.Write(Run("1", "failed"), noticed: false, "DB_BACKUP_FAILED");
        Assert.Equal((3, 2), Counted());
        foreach (var file in Directory.GetFiles(folder.Path, "audit*")) File.Delete(file);
        Assert.Equal((3, 2), Counted());
    }

    [Fact]
    public void A_journal_of_version_3_is_brought_on_with_what_its_audit_log_says()
    {
        RunJournal.Open(folder.Path).Dispose();
        JournalFile.BackToVersion3(folder);
        Audit("DB_BACKUP_CREATED", 4);
        Assert.Equal((4, 0), Counted());
        RunJournal.Open(folder.Path).Dispose();
        Assert.Equal($"{JournalSchema.Newest} 4", JournalFile.Ask(folder, "pragma user_version") + " " + JournalFile.Ask(folder, "select sum(times) from event_counts"));
        // Once only.
        RunJournal.Open(folder.Path).Dispose();
        Assert.Equal((4, 0), Counted());
    }

    [Fact]
    public void A_run_and_its_count_are_written_both_or_not_at_all()
    {
        using (var journal = RunJournal.Open(folder.Path))
        {
            journal.Write(Run("1", "succeeded"), noticed: false, "DB_BACKUP_CREATED");
            JournalFile.Execute(folder, "create trigger broken before update on event_counts begin select raise(abort, 'broken'); end");
            Assert.Throws<Fault>(() => journal.Write(Run("2", "succeeded"), noticed: false, "DB_BACKUP_CREATED"));
            Assert.Throws<Fault>(() => journal.Count([("DB_BACKUP_CREATED", "shop")]));
        }
        Assert.Equal((1, 0), Counted());
        Assert.Equal("1", JournalFile.Ask(folder, "select count(*) from runs"));
    }

    [Fact]
    public void A_run_that_another_process_has_ended_is_not_counted_twice()
    {
        using var journal = RunJournal.Open(folder.Path);
        journal.Write(Run("1", "running"), noticed: false);
        Assert.True(journal.EndForIt(Run("1", "interrupted"), noticed: false, "DB_BACKUP_FAILED"));
        Assert.False(journal.EndForIt(Run("1", "interrupted"), noticed: false, "DB_BACKUP_FAILED"));
        Assert.Equal((0, 1), Counted());
    }

    [Fact]
    public void A_journal_that_cannot_be_read_counts_nothing_and_says_so()
    {
        folder.Write("journal.db", new string('x', 4096));
        var tally = EventTally.Read(folder.Path);
        Assert.Contains("journal.db", tally.Finding, StringComparison.Ordinal);
        Assert.Empty(tally.Counts);
    }

    public void Dispose() => folder.Dispose();

    private (long Succeeded, long Failed) Counted()
    {
        var tally = EventTally.Read(folder.Path);
        Assert.Null(tally.Finding);
        return (tally.Of("DB_BACKUP_CREATED", "shop"), tally.Of("DB_BACKUP_FAILED", "shop"));
    }

    private void Audit(string action, int times)
    {
        for (var i = 0; i < times; i++) new AuditLog(folder.Path).Write(new AuditEvent { At = Start, Action = action, Outcome = "ok", Actor = "me@here", Database = "shop" });
    }

    private static RunRow Run(string id, string state) => new() { Id = id, Kind = "backup", Database = "shop", Actor = "me@here", StartedAt = Start, FinishedAt = state == "running" ? null : Start.AddMinutes(1), State = state };
}
