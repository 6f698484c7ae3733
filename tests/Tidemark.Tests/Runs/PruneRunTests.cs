using System.Runtime.Versioning;
using System.Text.Json;
using Tidemark.Configuration;
using Tidemark.Dumps;
using Tidemark.Journal;
using Tidemark.Processes;
using Tidemark.Retention;
using Tidemark.Runs;
using Tidemark.Tests.Protection;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Runs;

[SupportedOSPlatform("linux")]
public sealed class PruneRunTests : IDisposable
{
    private readonly TempFolder folder = new();

    [Fact]
    public async Task A_store_that_refuses_is_a_failed_run_with_a_notice_which_the_next_success_ends()
    {
        Put("new.dump", 0);
        var old = Put("old.dump", 30);
        Refuse("old.dump");
        var outcomes = await Run.RunAsync(Run.Plan(folder.Path), null, TestContext.Current.CancellationToken);
        Assert.Equal(old.Key, Assert.Single(outcomes).Entry.Key);
        Assert.Equal(("failed", "partly-done", "1 of 1 backups could not be removed"), Assert.Single(Runs()) is var run ? (run.State, run.ErrorCode, run.Error) : default);
        Assert.StartsWith("prune of \"all\" failed: 1 of 1 backups could not be removed: could not remove a file", Assert.Single(Notices()).Text, StringComparison.Ordinal);
        Assert.Equal(["DB_BACKUP_PURGE_FAILED failed", "DB_PRUNE_FAILED failed"], Audit().Select(Words));

        Directory.Delete(folder["old.dump"]);
        await Run.RunAsync(Run.Plan(folder.Path), null, TestContext.Current.CancellationToken);
        Assert.Equal(["DB_BACKUP_PURGED ok", "DB_PRUNE_COMPLETED ok"], Audit()[2..].Select(Words));
        var counted = EventTally.Read(folder[".tidemark"]);
        Assert.Equal((1, 1, 1, 1), (counted.Of("DB_BACKUP_PURGED", old.Database!), counted.Of("DB_BACKUP_PURGE_FAILED", old.Database!), counted.Of("DB_PRUNE_COMPLETED", "all"), counted.Of("DB_PRUNE_FAILED", "all")));
        Assert.Empty(Notices());
    }

    [Fact]
    public void One_that_is_being_read_is_no_failure()
    {
        Put("new.dump", 0);
        Put("old.dump", 30);
        var goes = Assert.Single(Run.Plan(folder.Path).Goes);
        var read = new PruneOutcome(goes, new Fault(FaultCode.Locked, "it is being read"));
        Assert.Null(PruneRun.FindingOf([read, new PruneOutcome(goes, null)], []));
        Assert.Equal("1 of 2 backups could not be removed", PruneRun.FindingOf([read, new PruneOutcome(goes, new Fault(FaultCode.Store, "no"))], [])!.What);
    }

    [Fact]
    public async Task What_a_backup_could_not_purge_is_in_its_log_and_in_the_audit_log_with_its_run()
    {
        var made = Put("new.dump", 0);
        Put("old.dump", 30);
        Refuse("old.dump");
        var (outcomes, unseen) = await Run.AfterBackupAsync([(made.Store, made.Manifest!)], "20261122120000-backup-aaaaaa", TestContext.Current.CancellationToken);
        Assert.Single(outcomes);
        Assert.Empty(unseen);
        Assert.Contains("not removed (could not remove a file: Is a directory) old.dump: missing, and older than 7 days", Assert.Single(RunLog.Read(folder[".tidemark"], "20261122120000-backup-aaaaaa")!), StringComparison.Ordinal);
        Assert.Equal("20261122120000-backup-aaaaaa", Assert.Single(Audit()).GetProperty("runId").GetString());
    }

    [Fact]
    public async Task A_closed_part_of_the_folder_makes_a_prune_fail_even_where_nothing_goes()
    {
        Put("new.dump", 0);
        Directory.CreateDirectory(folder["shop"]);
        File.SetUnixFileMode(folder.Path, (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(folder["shop"], UnixFileMode.None);
        RetentionPlan plan;
        using (new AsNobody()) plan = Run.Plan(folder.Path);
        File.SetUnixFileMode(folder["shop"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Assert.StartsWith("the folder shop cannot be read", Assert.Single(plan.Unseen), StringComparison.Ordinal);
        await Run.RunAsync(plan, null, TestContext.Current.CancellationToken);
        Assert.Equal("a part of the backups could not be looked at", Assert.Single(Runs()).Error);
    }

    public void Dispose() => folder.Dispose();

    private PruneRun Run => new(new RunRecorder(folder[".tidemark"], "me@here", new StoppedClock(Backups.Now), new SecretMask([]), _ => { }), Kept.In(folder.Path), new RetentionPolicy(7), new StoppedClock(Backups.Now));

    private DumpEntry Put(string key, double days)
    {
        folder.Write(key, "x");
        folder.Write(key + ".json", JsonSerializer.Serialize(Backups.Of(key, days * 24 * 60).Manifest! with { Id = DumpName.Id(key), Size = 1 }, DumpJson.Default.DumpManifest));
        return Kept.Catalog(folder.Path).Of(key);
    }

    /// <summary>Not even root removes a folder as if it were a file.</summary>
    private void Refuse(string key)
    {
        File.Delete(folder[key]);
        Directory.CreateDirectory(folder[key]);
    }

    private IReadOnlyList<RunRow> Runs()
    {
        using var reader = JournalReader.Open(folder[".tidemark"])!;
        return reader.Runs(new RunFilter(null, null, null, 100));
    }

    private IReadOnlyList<NoticeRow> Notices()
    {
        using var reader = JournalReader.Open(folder[".tidemark"])!;
        return reader.OpenNotices();
    }

    private JsonElement[] Audit() => [.. File.ReadAllLines(folder[".tidemark/audit.jsonl"]).Select(line => JsonDocument.Parse(line).RootElement)];

    private static string Words(JsonElement line) => $"{line.GetProperty("action").GetString()} {line.GetProperty("outcome").GetString()}";
}
