using Tidemark.Journal;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Journal;

public sealed class JournalSchemaTests : IDisposable
{
    /// <summary>A journal as the first program wrote it, statement for statement.</summary>
    private const string VersionOne = """
        pragma journal_mode = wal;
        create table if not exists runs (
            id text primary key, kind text not null, database text not null, actor text not null, started_at text not null, finished_at text,
            state text not null, error_code text, error text, backup_id text) strict;
        create index if not exists runs_by_start on runs (started_at);
        pragma user_version = 1;
        insert into runs values ('20261101020000-backup-aaaaaa', 'backup', 'shop', 'root@db1', '2026-11-01T02:00:00.000Z', '2026-11-01T02:00:09.500Z', 'succeeded', null, null, '0123456789ab');
        insert into runs values ('20261102020000-backup-bbbbbb', 'backup', 'shop', 'root@db1', '2026-11-02T02:00:00.000Z', '2026-11-02T02:00:01.000Z', 'failed', 'disk-full', 'the disk is full', null);
        """;

    private readonly TempFolder folder = new();

    [Fact]
    public void A_journal_of_version_1_is_read_as_it_is_and_keeps_every_row_when_it_is_written()
    {
        Make(VersionOne);
        var before = Rows();
        Assert.Equal(["20261102020000-backup-bbbbbb disk-full the disk is full ", "20261101020000-backup-aaaaaa   0123456789ab"], before);
        Assert.Equal("1", Ask("pragma user_version"));

        using (var journal = RunJournal.Open(folder.Path)) Assert.Empty(journal.Running());
        Assert.Equal($"{JournalSchema.Newest}", Ask("pragma user_version"));
        Assert.Equal(before, Rows());
        Assert.Equal("2026-11-01T02:00:09.500Z", Ask("select finished_at from runs where why is null order by id"));
        Assert.Equal("0", Ask("select count(*) from notices"));
    }

    [Fact]
    public void A_notice_that_was_open_before_there_were_incidents_is_kept_and_read_without_them()
    {
        RunJournal.Open(folder.Path).Dispose();
        JournalFile.BackToVersion3(folder);
        JournalFile.Execute(folder, """
            insert into notices (kind, database, error_code, text, run_id, first_at, last_at, count) values ('backup', 'shop', 'disk-full', 'it fails', '1', '2026-11-01T02:00:00.000Z', '2026-11-02T02:00:00.000Z', 2);
            """);
        using (var reader = JournalReader.Open(folder.Path)!) Assert.Equal((1, 0, 0), (reader.OpenNotices().Count, reader.OpenIncidents().Count, reader.Waiting().Count));
        RunJournal.Open(folder.Path).Dispose();
        using var after = JournalReader.Open(folder.Path)!;
        Assert.Equal(("it fails", 2), Assert.Single(after.OpenNotices()) is var notice ? (notice.Text, notice.Count) : default);
        Assert.Equal("0", Ask("select count(*) from incidents"));
    }

    [Fact]
    public void Tables_of_version_1_without_their_number_are_what_a_kill_left_and_are_taken_over()
    {
        Make(VersionOne.Replace("pragma user_version = 1;", ""));
        RunJournal.Open(folder.Path).Dispose();
        Assert.Equal(2, Rows().Length);
    }

    [Fact]
    public void A_journal_of_a_newer_program_is_neither_read_nor_written()
    {
        Make(VersionOne.Replace("user_version = 1", $"user_version = {JournalSchema.Newest + 1}"));
        foreach (var open in (Func<IDisposable?>[])[() => RunJournal.Open(folder.Path), () => JournalReader.Open(folder.Path)])
        {
            var fault = Assert.Throws<Fault>(() => open()?.Dispose());
            Assert.Equal((FaultCode.Store, $"it is of version {JournalSchema.Newest + 1}; this program knows versions up to {JournalSchema.Newest}"), (fault.Code, fault.Why));
        }
        Assert.Equal($"{JournalSchema.Newest + 1} 2", Ask("pragma user_version") + " " + Ask("select count(*) from runs"));
    }

    private string[] Rows()
    {
        using var reader = JournalReader.Open(folder.Path)!;
        return [.. reader.Runs(new RunFilter("shop", "backup", null, 10)).Select(run => $"{run.Id} {run.ErrorCode} {run.Error} {run.BackupId}")];
    }

    private void Make(string sql) => JournalFile.Execute(folder, sql);

    private string Ask(string sql) => JournalFile.Ask(folder, sql);

    public void Dispose() => folder.Dispose();
}
