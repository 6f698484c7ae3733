using Tidemark.Journal;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Journal;

public sealed class RunJournalTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 2, 0, 0, TimeSpan.Zero);
    private readonly TempFolder folder = new();

    [Fact]
    public async Task Of_20_processes_that_write_at_once_none_loses_a_run_or_a_failure()
    {
        // The journal does not exist yet: all of them make it.
        var probes = Enumerable.Range(0, 20).Select(one => ProbeProcess.RunAsync([], "journal", folder.Path, $"p{one:00}", "10")).ToList();
        foreach (var probe in probes) Assert.Equal((0, ""), await probe);
        using var reader = JournalReader.Open(folder.Path)!;
        var runs = reader.Runs(new RunFilter(null, null, null, 1000));
        Assert.Equal(Enumerable.Range(0, 20).SelectMany(one => Enumerable.Range(0, 10).Select(n => $"p{one:00}-{n}")), runs.Select(run => run.Id).Order(StringComparer.Ordinal));
        Assert.All(runs, run => Assert.Equal("failed", run.State));
        Assert.Equal(200, Assert.Single(reader.OpenNotices()).Count);
    }

    [Fact]
    public void A_cause_has_one_notice_that_counts_and_ends_with_the_next_success()
    {
        Write("1", "failed", "disk-full");
        Write("2", "failed", "disk-full", why: "no space left");
        Write("3", "failed", "database-unreachable");
        Write("4", "interrupted", "interrupted");
        Write("5", "failed", "disk-full", database: "other");
        Write("6", "cancelled", "interrupted");
        Write("7", "succeeded", database: "shop", kind: "verify");
        Assert.Equal(
            ["backup shop disk-full x2 2: backup of \"shop\" failed: it went wrong: no space left", "backup shop database-unreachable x1 3: backup of \"shop\" failed: it went wrong",
                "backup shop interrupted x1 4: backup of \"shop\" interrupted: it went wrong", "backup other disk-full x1 5: backup of \"other\" failed: it went wrong"],
            Open().Select(notice => $"{notice.Kind} {notice.Database} {notice.ErrorCode} x{notice.Count} {notice.RunId}: {notice.Text}"));
        Assert.Equal((Start.AddMinutes(1), Start.AddMinutes(2)), (Open()[0].FirstAt, Open()[0].LastAt));

        Write("8", "succeeded");
        Assert.Equal("other", Assert.Single(Open()).Database);
        Assert.Equal("3 2026-11-23T02:08:00.000Z", Ask("select count(*) || ' ' || min(over_at) from notices where over_at is not null"));

        // The same again is a new notice: the old one was told to be over.
        Write("9", "failed", "disk-full");
        Assert.Equal((1, "9"), (Open()[1].Count, Open()[1].RunId));
        Assert.Equal("5", Ask("select count(*) from notices"));
    }

    [Fact]
    public void What_is_over_for_long_is_forgotten_but_the_latest_of_each_and_what_waits_stay()
    {
        foreach (var (id, day) in new[] { ("1", 0), ("2", 1), ("3", 500) })
            using (var journal = RunJournal.Open(folder.Path)) journal.Write(Row(id, Start.AddDays(day)), noticed: false);
        using (var journal = RunJournal.Open(folder.Path))
        {
            journal.Write(Row("4", Start) with { State = RunState.Failed, ErrorCode = "failed" }, noticed: true);
            journal.Write(Row("5", Start) with { State = RunState.Running, FinishedAt = null }, noticed: false);
            journal.Write(Row("6", Start) with { Database = "other" }, noticed: false);
            journal.Sweep(Start.AddDays(400), 1000);
        }
        // 4 is the latest that failed.
        Assert.Equal("3,4,5,6", Ask("select group_concat(id) from (select id from runs order by id)"));
        using (var journal = RunJournal.Open(folder.Path))
        {
            for (var n = 0; n < 20; n++) journal.Write(Row($"n{n:00}", Start.AddDays(500 + n)), noticed: false);
            journal.Sweep(Start, 5);
        }
        Assert.Equal("4,5,6,n15,n16,n17,n18,n19", Ask("select group_concat(id) from (select id from runs order by id)"));

        static RunRow Row(string id, DateTimeOffset at) => new() { Id = id, Kind = "backup", Database = "shop", Actor = "me", StartedAt = at, FinishedAt = at, State = RunState.Succeeded };
    }

    [Fact]
    public void A_restore_goes_before_backups_that_wait_and_those_of_schedules_take_no_place_from_people()
    {
        using var journal = RunJournal.Open(folder.Path);
        for (var n = 0; n < 5; n++) Assert.True(journal.TryQueue(Row($"s{n}") with { Schedule = "daily", DueAt = Start }, 2));
        Assert.True(journal.TryQueue(Row("b"), 2));
        Assert.True(journal.TryQueue(Row("r") with { Kind = "restore" }, 2));
        Assert.False(journal.TryQueue(Row("late"), 2));
        Assert.Equal("r s0 s1 s2 s3 s4 b", string.Join(' ', journal.Queued().Select(run => run.Id)));

        static RunRow Row(string id) => new() { Id = id, Kind = "backup", Database = "shop", Actor = "me", StartedAt = Start, QueuedAt = Start, State = RunState.Queued };
    }

    [Fact]
    public void A_run_and_its_notice_are_written_both_or_not_at_all()
    {
        using (var journal = RunJournal.Open(folder.Path)) Execute("create trigger broken before insert on notices begin select raise(abort, 'no notice'); end");
        Assert.Throws<Fault>(() => Write("1", "failed", "disk-full"));
        Assert.Equal("0", Ask("select count(*) from runs"));
    }

    [Fact]
    public void A_run_that_has_ended_is_not_marked_interrupted_and_leaves_no_second_notice()
    {
        using var journal = RunJournal.Open(folder.Path);
        var running = Row("1", "running");
        journal.Write(running, noticed: false);
        var interrupted = running with { State = "interrupted", FinishedAt = Start, ErrorCode = "interrupted", Error = "gone" };
        Assert.True(journal.EndForIt(interrupted, noticed: true));
        Assert.False(journal.EndForIt(interrupted, noticed: true));
        Assert.Equal(1, Assert.Single(Open()).Count);

        // A run that lived after all tells its end itself.
        journal.Write(Row("1", "succeeded"), noticed: true);
        Assert.Equal("succeeded", Ask("select state from runs"));
        Assert.Empty(Open());
    }

    [Fact]
    public void Only_old_successes_of_the_kind_are_forgotten()
    {
        Write("1", "succeeded", kind: "heartbeat");
        Write("2", "failed", "failed", kind: "heartbeat");
        Write("3", "succeeded");
        Write("4", "succeeded", kind: "heartbeat");
        using (var journal = RunJournal.Open(folder.Path)) journal.Forget("heartbeat", Start.AddMinutes(4));
        Assert.Equal("2,3,4", Ask("select group_concat(id) from (select id from runs order by id)"));
    }

    [Fact]
    public void Runs_are_found_by_filter_and_by_a_unique_beginning()
    {
        Write("20261123020100-backup-aaaaaa", "succeeded", minute: 1);
        Write("20261123020200-backup-bbbbbb", "failed", "disk-full", minute: 2);
        Write("20261123020300-verify-cccccc", "succeeded", kind: "verify", database: "other", minute: 3);
        using var reader = JournalReader.Open(folder.Path)!;
        string[] Ids(string? database, string? kind, string? state, int limit) => [.. reader.Runs(new RunFilter(database, kind, state, limit)).Select(run => run.Id[^6..])];
        Assert.Equal(["cccccc", "bbbbbb"], Ids(null, null, null, 2));
        Assert.Equal(["bbbbbb", "aaaaaa"], Ids("shop", null, null, 9));
        Assert.Equal(["cccccc"], Ids(null, "verify", null, 9));
        Assert.Equal(["bbbbbb"], Ids("shop", "backup", "failed", 9));
        Assert.Equal("bbbbbb", Assert.Single(reader.Named("202611230202", 6)).Id[^6..]);
        Assert.Equal(3, reader.Named("2026", 6).Count);
        Assert.Empty(reader.Named("%", 6));
    }

    [Fact]
    public void Reading_makes_nothing_where_there_is_nothing_and_tells_a_damaged_journal()
    {
        Assert.Null(JournalReader.Open(folder["none"]));
        Assert.False(Directory.Exists(folder["none"]));
        folder.Write("journal.db", "");
        Assert.Null(JournalReader.Open(folder.Path));
        folder.Write("journal.db", string.Concat(Enumerable.Repeat("this is no database ", 1000)));
        var fault = Assert.Throws<Fault>(() => JournalReader.Open(folder.Path));
        Assert.Equal((FaultCode.Store, "the journal of runs is damaged"), (fault.Code, fault.What));
        Assert.Equal($"mkdir '{folder.Path}/damaged' && mv '{folder["journal.db"]}'* '{folder.Path}/damaged/'", fault.Next);
    }

    [Fact]
    public async Task Who_may_not_write_beside_the_journal_reads_it_all_the_same()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/strace"), "strace is not installed: a missing right cannot be made for root");
        Write("1", "failed", "disk-full");
        Assert.False(File.Exists(folder["journal.db-wal"]), "the last writer leaves the file whole");
        // As for a user who may not write in the folder: root may everywhere, so the system call is made to fail.
        string[] strace = ["strace", "-f", "-qq", "-o", folder["trace"], "-P", folder["journal.db-shm"], "-P", folder["journal.db-wal"], "-e", "trace=openat", "-e", "inject=openat:error=EACCES"];
        Assert.Equal((0, "1 runs, 1 notices\n"), await ProbeProcess.RunAsync(strace, "runs", folder.Path));
        Assert.Contains("INJECTED", await File.ReadAllTextAsync(folder["trace"], TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(["journal.db", "trace"], Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    private void Write(string id, string state, string? code = null, string? why = null, string kind = "backup", string database = "shop", int? minute = null)
    {
        using var journal = RunJournal.Open(folder.Path);
        journal.Write(Row(id, state, code, why, kind, database, minute), noticed: true);
    }

    private static RunRow Row(string id, string state, string? code = null, string? why = null, string kind = "backup", string database = "shop", int? minute = null)
    {
        var at = Start.AddMinutes(minute ?? int.Parse(id));
        return new RunRow { Id = id, Kind = kind, Database = database, Actor = "root@db1", StartedAt = at, FinishedAt = state == "running" ? null : at, State = state, ErrorCode = code, Error = code is null ? null : "it went wrong", Why = why };
    }

    private IReadOnlyList<NoticeRow> Open()
    {
        using var reader = JournalReader.Open(folder.Path)!;
        return reader.OpenNotices();
    }

    private void Execute(string sql) => JournalFile.Execute(folder, sql);

    private string Ask(string sql) => JournalFile.Ask(folder, sql);

    public void Dispose() => folder.Dispose();
}
