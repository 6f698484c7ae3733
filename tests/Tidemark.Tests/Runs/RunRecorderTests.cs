using System.Text.Json;
using Npgsql;
using Tidemark.Files;
using Tidemark.Journal;
using Tidemark.Processes;
using Tidemark.Runs;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Runs;

public sealed class RunRecorderTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly StoppedClock clock = new(new DateTimeOffset(2026, 11, 23, 2, 0, 0, TimeSpan.Zero));
    private readonly List<string> warnings = [];

    [Fact]
    public async Task A_failure_is_in_journal_log_audit_and_notice_and_in_none_of_them_with_the_password()
    {
        await Assert.ThrowsAsync<Fault>(() => Recorder.RecordAsync<int>(RunKind.Backup, "shop", _ =>
            throw new Fault(FaultCode.Unreachable, "no way to hunter2@db1") { Why = "hunter2 was wrong", Where = "at hunter2", Next = "try hunter2" }));
        var run = Assert.Single(Runs());
        Assert.Equal(("failed", "database-unreachable", "no way to ***@db1", "*** was wrong"), (run.State, run.ErrorCode, run.Error, run.Why));
        Assert.Equal("backup of \"shop\" failed: no way to ***@db1: *** was wrong", Assert.Single(Notices()).Text);
        Assert.Equal(["backup of database \"shop\" by me@here", "failed: no way to ***@db1: *** was wrong", "  where: at ***", "  left: nothing was changed", "  next: try ***"], RunLog.Read(folder.Path, run.Id)!.Select(line => line[25..]));
        Assert.Equal("DB_BACKUP_FAILED failed database-unreachable", Assert.Single(Audited()));
        foreach (var file in Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories)) Assert.DoesNotContain("hunter2", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Empty(warnings);
    }

    [Theory]
    [InlineData("journal.db")]
    [InlineData("audit.jsonl")]
    public async Task What_cannot_be_recorded_is_told_and_changes_neither_result_nor_failure(string missing)
    {
        Directory.CreateDirectory(folder[missing]);
        Assert.Equal(7, await Recorder.RecordAsync(RunKind.Backup, "shop", _ => Task.FromResult(7)));
        Assert.Contains("what was done could not be recorded in the", Assert.Single(warnings), StringComparison.Ordinal);
        var failed = await Assert.ThrowsAsync<Fault>(() => Recorder.RecordAsync<int>(RunKind.Backup, "shop", _ => throw new Fault(FaultCode.DiskFull, "full")));
        Assert.Equal(FaultCode.DiskFull, failed.Code);
        Assert.Equal(7, await Recorder.RecordMomentAsync(RunKind.Heartbeat, "shop", new RunDetails(), () => Task.FromResult(7)));
        Assert.Empty(Recorder.MarkInterrupted(_ => false));
        if (missing == "journal.db") Assert.Equal(["DB_BACKUP_CREATED ok ", "DB_BACKUP_FAILED failed disk-full"], Audited());
        else Assert.Equal(["heartbeat succeeded", "backup failed", "backup succeeded"], Runs().Select(run => $"{run.Kind} {run.State}"));
    }

    [Fact]
    public async Task A_finding_is_a_failed_run_whose_result_is_given()
    {
        Assert.Equal(7, await Recorder.RecordAsync(RunKind.Verify, "shop", run =>
        {
            run.Details = run.Details with { BackupId = "0123456789ab", Finding = new Fault(FaultCode.Verification, "damaged") };
            return Task.FromResult(7);
        }));
        Assert.Equal(("failed", "verification-failed", "0123456789ab"), Assert.Single(Runs()) is var run ? (run.State, run.ErrorCode, run.BackupId) : default);
        Assert.Equal("DB_BACKUP_VERIFY_FAILED failed verification-failed", Assert.Single(Audited()));
        Assert.Single(Notices());
    }

    [Fact]
    public async Task Who_restores_by_hand_gets_no_notice_and_a_heartbeat_that_came_through_no_line_of_audit()
    {
        await Assert.ThrowsAsync<Fault>(() => Recorder.RecordAsync<int>(RunKind.Restore, "shop", _ => throw new Fault(FaultCode.Refused, "production")));
        Assert.Empty(Notices());
        Assert.Equal(["DB_RESTORE_STARTED ok ", "DB_RESTORE_REFUSED refused refused"], Audited());
        await Recorder.RecordMomentAsync(RunKind.Heartbeat, "shop", new RunDetails(), () => Task.FromResult(7));
        await Assert.ThrowsAsync<Fault>(() => Recorder.RecordMomentAsync<int>(RunKind.Heartbeat, "shop", new RunDetails(), () => throw new Fault(FaultCode.Unreachable, "gone")));
        Assert.Equal("DB_HEARTBEAT_MISSED failed database-unreachable", Audited()[2..].Single());
        Assert.Equal("heartbeat", Assert.Single(Notices()).Kind);
    }

    [Theory]
    [InlineData("usage", true, 0)]
    [InlineData("not-found", false, 0)]
    [InlineData("not-found", true, 1)]
    [InlineData("no such database", false, 0)]
    [InlineData("no such database", true, 1)]
    [InlineData("unreachable", false, 1)]
    public async Task A_misspelt_name_opens_no_notice_that_nothing_would_end(string how, bool known, int notices)
    {
        var recorder = new RunRecorder(folder.Path, "me@here", clock, new SecretMask([]), warnings.Add) { HasBackups = name => known && name == "shop" };
        await Assert.ThrowsAsync<Fault>(() => recorder.RecordAsync<int>(RunKind.Backup, "shop", _ => throw (how switch
        {
            "usage" => new Fault(FaultCode.Usage, ""),
            "not-found" => new Fault(FaultCode.NotFound, ""),
            "no such database" => new Fault(FaultCode.Unreachable, "", new PostgresException("", "FATAL", "FATAL", "3D000")),
            _ => new Fault(FaultCode.Unreachable, "", new PostgresException("", "FATAL", "FATAL", "57P03")),
        })));
        Assert.Equal("failed", Assert.Single(Runs()).State);
        Assert.Equal(notices, Notices().Count);
    }

    [Theory]
    [InlineData("stopped", "cancelled", "DB_BACKUP_CANCELLED cancelled interrupted")]
    [InlineData("its connection breaks", "cancelled", "DB_BACKUP_CANCELLED cancelled interrupted")]
    [InlineData("a time limit", "failed", "DB_BACKUP_FAILED failed failed")]
    public async Task What_is_told_to_end_has_not_failed_and_a_limit_of_time_is_no_such_telling(string how, string state, string audited)
    {
        using var end = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<Exception>(() => Recorder.RecordAsync<int>(RunKind.Backup, "shop", async run =>
        {
            run.Ending = end.Token;
            if (how != "a time limit") await end.CancelAsync();
            throw how switch { "stopped" => new OperationCanceledException(end.Token), "its connection breaks" => new Fault(FaultCode.Unreachable, "broken"), _ => new TaskCanceledException("x", new TimeoutException()) };
        }));
        var run = Assert.Single(Runs());
        Assert.Equal(state, run.State);
        if (state == "cancelled") Assert.Equal("its process was told to end before it was done", run.Error);
        Assert.Equal(audited, Assert.Single(Audited()));
        Assert.Equal(state == "failed" ? 1 : 0, Notices().Count);
        using var journal = JournalReader.Open(folder.Path)!;
        Assert.Equal(state == "failed" ? 1 : 0, journal.EventCounts()!.GetValueOrDefault(("DB_BACKUP_FAILED", "shop")));
        // What was before it stands: a stopped one says nothing of how it stands.
        Assert.Equal(state == "failed" ? 1 : 0, RunHistory.Read(folder.Path).LastEnded.Count);
    }

    [Fact]
    public async Task Times_of_the_audit_log_end_in_Z()
    {
        await Recorder.RecordAsync(RunKind.Backup, "shop", _ => Task.FromResult(7));
        Assert.Equal("2026-11-23T02:00:00Z", JsonDocument.Parse(File.ReadAllLines(folder["audit.jsonl"])[^1]).RootElement.GetProperty("at").GetString());
    }

    [Fact]
    public async Task Heartbeats_that_came_through_are_kept_for_30_days()
    {
        Task<int> BeatAsync() => Recorder.RecordMomentAsync(RunKind.Heartbeat, "shop", new RunDetails(), () => Task.FromResult(7));
        await BeatAsync();
        clock.Now += TimeSpan.FromDays(30);
        await BeatAsync();
        Assert.Equal(2, Runs().Count);
        clock.Now += TimeSpan.FromSeconds(1);
        await BeatAsync();
        Assert.Equal(2, Runs().Count);
    }

    [Fact]
    public async Task Before_a_run_only_a_failure_is_recorded()
    {
        Assert.Equal(7, await Recorder.RecordFailureAsync(RunKind.Backup, "shop", () => Task.FromResult(7)));
        Assert.False(File.Exists(folder["journal.db"]));
        using (FileLock.Acquire(folder["lock"], "it", TimeProvider.System))
            await Assert.ThrowsAsync<Fault>(() => Recorder.RecordFailureAsync(RunKind.Backup, "shop", () => Task.FromResult(FileLock.Acquire(folder["lock"], "it", TimeProvider.System))));
        Assert.Equal("locked", Assert.Single(Runs()).ErrorCode);
        Assert.Equal("DB_BACKUP_FAILED failed locked", Assert.Single(Audited()));
    }

    [Theory]
    [InlineData("db2, boot 11111111-2222-3333-4444-555555555555, since 2026-11-23T01:30:00Z", false)]
    [InlineData("db2, boot 11111111-2222-3333-4444-555555555555, since 2026-11-22T01:30:00Z", true)]
    [InlineData("HERE, boot 11111111-2222-3333-4444-555555555555, since 2026-11-23T01:30:00Z", true)]
    [InlineData("db2, boot BOOT, since 2026-11-23T01:30:00Z", true)]
    [InlineData("", true)]
    public async Task A_run_of_another_machine_is_not_taken_for_dead_within_a_day(string holder, bool dead)
    {
        holder = holder.Replace("HERE", Environment.MachineName).Replace("BOOT", (await File.ReadAllTextAsync("/proc/sys/kernel/random/boot_id", TestContext.Current.CancellationToken)).Trim());
        using (var journal = RunJournal.Open(folder.Path))
            journal.Write(new RunRow { Id = "20261123013000-backup-aaaaaa", Kind = "backup", Database = "shop", Actor = "root@db2", StartedAt = clock.Now.AddMinutes(-30), State = "running" }, noticed: false);
        folder.Write("alive/20261123013000-backup-aaaaaa", holder.Length == 0 ? "" : $"process 4711 on {holder}\n");
        Assert.Equal(dead ? 1 : 0, Recorder.MarkInterrupted(_ => false).Count);
        Assert.Equal(dead ? "interrupted" : "running", Assert.Single(Runs()).State);
        Assert.Equal(dead ? 1 : 0, Notices().Count);
    }

    [Fact]
    public void Logs_are_kept_for_400_days_by_the_time_in_their_names()
    {
        string[] names = ["20251019015959-backup-aaaaaa.log", "20251019020000-backup-bbbbbb.log", "notes.log"];
        foreach (var name in names) folder.Write($"logs/{name}", "x");
        Assert.Empty(RunLog.Sweep(folder.Path, clock.Now));
        Assert.Equal(names[1..], Directory.GetFiles(folder["logs"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    private RunRecorder Recorder => new(folder.Path, "me@here", clock, new SecretMask(["hunter2"]), warnings.Add);

    private IReadOnlyList<RunRow> Runs()
    {
        using var reader = JournalReader.Open(folder.Path)!;
        return reader.Runs(new RunFilter(null, null, null, 100));
    }

    private IReadOnlyList<NoticeRow> Notices()
    {
        using var reader = JournalReader.Open(folder.Path);
        return reader?.OpenNotices() ?? [];
    }

    private string[] Audited() => [.. File.ReadAllLines(folder["audit.jsonl"]).Select(line => JsonDocument.Parse(line).RootElement)
        .Select(line => $"{line.GetProperty("action")} {line.GetProperty("outcome")} {(line.TryGetProperty("errorCode", out var code) ? code.GetString() : "")}")];

    public void Dispose() => folder.Dispose();
}
