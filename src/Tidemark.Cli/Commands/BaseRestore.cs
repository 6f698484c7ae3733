using Tidemark.BaseBackups;
using Tidemark.Cli.Output;
using Tidemark.Journal;
using Tidemark.Postgres.Wal;
using Tidemark.Protection;
using Tidemark.Repositories;
using Tidemark.Restores.Bases;
using Tidemark.Runs;

namespace Tidemark.Cli.Commands;

/// <summary><c>restore … --target-dir</c>: a whole server, from a base backup and the WAL behind it.</summary>
internal static class BaseRestore
{
    private const string Newest = "latest";

    /// <param name="session">Whose stores and keys.</param>
    /// <param name="options">What is asked for.</param>
    /// <param name="dryRun">Only say what would be done.</param>
    /// <param name="start">Run the recovery too.</param>
    /// <param name="token">Stops it.</param>
    public static async Task<int> RunAsync(Session session, BaseRestoreOptions options, bool dryRun, bool start, CancellationToken token)
    {
        var terminal = session.Terminal;
        var runner = new BaseRestoreRunner([.. session.Stores.Objects], session.Keys, KnownWriters.Read(session.State), session.Clock, terminal.Remark);
        var progress = new ProgressLine<BaseRestoreProgress>(terminal, session.Clock, ProgressWords.Of);
        if (dryRun)
        {
            var outlook = await progress.WhileAsync("looking at the backups", () => runner.LookAsync(options, session.Binaries, progress, token));
            // Of an old folder that is mended, less is written than was ever measured.
            BaseRestoreText.TellPlan(terminal, outlook, outlook.Delta is null ? RestoreForecast.OfBase(RunHistory.Read(session.State).Phases, IncarnationFolder.DefaultCluster, outlook.Plan.Road.Manifest.Totals.Bytes, outlook.Plan.WalBytes) : null);
            return 0;
        }
        var (report, programs) = await progress.WhileAsync("looking at the backups", () => session.Recorder.RecordMomentAsync(
            RunKind.Restore, IncarnationFolder.DefaultCluster, new RunDetails { BackupId = options.Backup?.Text, Mode = "base", Target = options.Folder }, () => runner.RunAsync(options, start ? session.Binaries : null, progress, token)));
        if (report.Wal == WalWay.Local && report.Written == report.Bytes) Measure(session, report.Plan, RestorePhase.Restore, report.Duration);
        if (programs is null)
        {
            BaseRestoreText.Tell(terminal, report, null);
            return 0;
        }
        // What is done is told before what may take hours.
        terminal.Remark($"restored into {report.Folder} in {Ages.InWords(report.Duration)}; starting the server, as {report.Owner}");
        var watch = new ReplayWatch(programs, report, session.Options.Database, session.Clock, terminal.Remark);
        var replay = new ProgressLine<ReplayProgress>(terminal, session.Clock, ProgressWords.Of);
        var replayed = await replay.WhileAsync("recovery", () => watch.RunAsync(replay, token));
        if (report.Wal == WalWay.Local && replayed.Outcome == ReplayOutcome.Promoted) Measure(session, report.Plan, RestorePhase.Recover, replayed.Duration);
        BaseRestoreText.Tell(terminal, report, replayed);
        return 0;
    }

    private static void Measure(Session session, RecoveryPlan plan, string phase, TimeSpan took) => session.Recorder.Measure(
        RestoreForecast.Measure(RestoreForecast.Base, IncarnationFolder.DefaultCluster, session.Clock.GetUtcNow(), [(phase, took.TotalSeconds)], one => one == RestorePhase.Recover ? plan.WalBytes : plan.NeededBytes));

    /// <summary>How the server that is restored would call this very program: never by a launcher, which may change.</summary>
    public static IReadOnlyList<string> OwnProgram()
    {
        var process = Environment.ProcessPath!;
        return Path.GetFileNameWithoutExtension(process) == "dotnet" ? [process, Path.GetFullPath(Environment.GetCommandLineArgs()[0])] : [process];
    }

    /// <exception cref="Fault">2: it is no id of a base backup.</exception>
    public static BaseId? Backup(string text, string folder)
    {
        if (text == Newest) return null;
        return BaseId.TryParse(text, out var id) ? id : throw new Fault(FaultCode.Usage, "this is no base backup, and --target-dir restores a whole server") { Where = text, Next = $"tidemark restore {Newest} --target-dir {folder} # or the id of a base backup: 20260131T120000Z-a1b2c3" };
    }

    /// <exception cref="Fault">2: it is no timeline.</exception>
    public static TimelineId? Timeline(string? text) => text is null ? null
        : uint.TryParse(text, out var number) && number > 0 ? new TimelineId(number) : throw new Fault(FaultCode.Usage, "--timeline is a number from 1") { Where = text, Next = "tidemark wal status # tells which there are" };
}
