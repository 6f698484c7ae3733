using Tidemark.Files;
using Tidemark.Postgres;
using Tidemark.Processes;

namespace Tidemark.Restores.Bases;

/// <summary>Starts the server of a restored folder and watches it until it has reached what was planned. It goes on without us.</summary>
/// <param name="programs">The folder of its programs.</param>
/// <param name="restored">What was restored.</param>
/// <param name="known">How the server that was backed up is reached; null: nobody said.</param>
/// <param name="clock">Paces the looks.</param>
/// <param name="remark">Told what a person should know in passing.</param>
internal sealed class ReplayWatch(string programs, BaseRestoreReport restored, DatabaseAddress? known, TimeProvider clock, Action<string> remark)
{
    private const string LogName = "tidemark-recovery.log";

    private const int FirstThatTellsProgress = 15;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200), LongestStart = TimeSpan.FromMinutes(1);

    private readonly RestoredServer server = new(restored.Folder);
    private readonly ReplayLog said = new();
    private readonly string log = Path.Combine(restored.Folder, LogName);
    private long read;

    /// <exception cref="Fault">1: it does not come up, or ends. The folder is whole all the same.</exception>
    public async Task<ReplayReport> RunAsync(IProgress<ReplayProgress> progress, CancellationToken token)
    {
        var begun = clock.GetTimestamp();
        await StartAsync(token);
        try
        {
            for (var seen = false; !IsThere; seen |= server.ProcessId is not null)
            {
                var runs = server.ProcessId is not null;
                ReadLog();
                if (!runs && !IsThere && (seen || said.Complaint is not null || clock.GetElapsedTime(begun) > LongestStart)) throw Ended();
                progress.Report(Progress());
                await Task.Delay(Pause, clock, token);
            }
        }
        catch (OperationCanceledException)
        {
            remark($"the server goes on recovering; to end it: {Line("stop")}");
            throw;
        }
        return await ReportAsync(begun, token);
    }

    /// <summary>Where it can be reached without its standbys, a standby's receiver may have failed: who restored it must hear of that, and need not wait for it.</summary>
    private bool IsThere => said.IsOver || (restored.Manner.Role == RestoredRole.Standby ? said.IsStreaming || (said.IsReadable && (restored.Manner.Primary is null || said.Complaint is not null)) : said.IsPaused);

    private int Major => restored.Plan.Road.Manifest.ServerVersion / 10000;

    private async Task StartAsync(CancellationToken token)
    {
        read = FileFacts.Of(log)?.Length ?? 0;
        // Its own log may go anywhere, in any language.
        var options = "-c logging_collector=off -c log_destination=stderr -c lc_messages=C -c log_min_messages=warning" + (Major >= FirstThatTellsProgress ? " -c log_startup_progress_interval=1s" : "");
        var result = await ChildProcess.CaptureAsync(restored.Owner.Bare(restored.Folder, Path.Combine(programs, "pg_ctl"), "start", "-W", "-s", "-D", restored.Folder, "-l", log, "-o", options), token);
        if (result.ExitCode != 0) throw Failed($"pg_ctl ended with {result.ExitCode}: {result.ErrorText.Trim()}", Line("start"));
    }

    private void ReadLog()
    {
        if (!File.Exists(log)) return;
        using var file = RegularFile.OpenForReading(log);
        file.Position = read;
        using var reader = new StreamReader(file);
        var text = reader.ReadToEnd();
        // A line that is being written is read when it is whole.
        var whole = text[..(text.LastIndexOf('\n') + 1)];
        read += System.Text.Encoding.UTF8.GetByteCount(whole);
        foreach (var line in whole.Split('\n', StringSplitOptions.RemoveEmptyEntries)) said.Take(line);
    }

    private ReplayProgress Progress()
    {
        var (plan, size) = (restored.Plan, restored.Plan.Road.SegmentSize);
        var at = server.Replays() is { } segment && segment.FitsIn(size) ? size.StartOf(segment.Number(size)) : plan.Road.Redo;
        if (said.At is { } told && told > at) at = told;
        return new ReplayProgress(plan.Road.Redo, at > plan.Road.Redo ? at : plan.Road.Redo, plan.WalEnd, said.IsConsistent);
    }

    private async Task<ReplayReport> ReportAsync(long begun, CancellationToken token)
    {
        var outcome = said.IsOver ? ReplayOutcome.Promoted : restored.Manner.Role == RestoredRole.Standby ? ReplayOutcome.Following : ReplayOutcome.Paused;
        var answer = await server.AskAsync(known, token);
        List<string> warnings = [];
        if (outcome == ReplayOutcome.Following && !said.IsStreaming && said.Complaint is { } complaint) warnings.Add($"it does not receive from its primary: {complaint}");
        // Of one that lets nobody in, this machine tells what it can.
        var manifest = restored.Plan.Road.Manifest;
        warnings.AddRange(ChangedCollation.InWords(await server.ChangedCollationsAsync(known, manifest.Collations, token) ?? [.. ChangedCollation.OnThisMachine(manifest, HostLibc.Version)], Major));
        // Who fetches no more needs no settings to fetch with.
        if (outcome == ReplayOutcome.Promoted) Removal.Of(Path.Combine(restored.Folder, FetchedWal.Folder));
        // A server that stops at a place does not count the commit that stands there (xlogrecovery.c, recoveryStopsAfter); what we read in the log ourselves does.
        var commit = restored.Plan.Stop == RecoveryStop.Place ? restored.LastCommit : answer?.LastCommit?.ToUniversalTime() ?? said.LastCommit ?? restored.LastCommit;
        return new ReplayReport(outcome, answer?.Reached ?? said.Done, commit, said.Timeline ?? restored.Plan.Road.History.Timeline, server.Port, log, clock.GetElapsedTime(begun), warnings);
    }

    private Fault Ended() => said.IsPortTaken ? Failed("another server has its port", $"echo 'port = 5433' >> {ShellWord.Quote(Path.Combine(restored.Folder, RecoverySettings.Path))} && {Line("start")} # any port that is free")
        : Failed(said.Complaint ?? "it ended without a word", $"tail -n 50 {ShellWord.Quote(log)}");

    private Fault Failed(string why, string next) => new(FaultCode.Failed, "the restored server did not come up") { Where = log, Why = why, Left = $"{restored.Folder} is whole, and can be started when the cause is mended", Next = next };

    private string Line(string verb) => $"{ShellWord.Quote(Path.Combine(programs, "pg_ctl"))} {verb} -D {ShellWord.Quote(restored.Folder)}";
}
