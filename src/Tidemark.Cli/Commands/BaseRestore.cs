using Tidemark.BaseBackups;
using Tidemark.Cli.Output;
using Tidemark.Postgres.Wal;
using Tidemark.Restores.Bases;

namespace Tidemark.Cli.Commands;

/// <summary><c>restore … --target-dir</c>: a whole server, from a base backup and the WAL behind it.</summary>
internal static class BaseRestore
{
    private const string Newest = "latest";

    /// <param name="session">Whose stores and keys.</param>
    /// <param name="options">What is asked for.</param>
    /// <param name="dryRun">Only say what would be done.</param>
    /// <param name="token">Stops it.</param>
    public static async Task<int> RunAsync(Session session, BaseRestoreOptions options, bool dryRun, CancellationToken token)
    {
        var terminal = session.Terminal;
        var runner = new BaseRestoreRunner([.. session.Stores.Objects], session.Keys, KnownWriters.Read(session.State), session.Clock, terminal.Remark);
        if (dryRun)
        {
            var target = TargetFolder.Look(options.Folder, options.MoveAside);
            var (_, plan) = await runner.PlanAsync(options, token);
            BaseRestoreText.TellPlan(terminal, plan, target.Path);
            return 0;
        }
        var progress = new ProgressLine<BaseRestoreProgress>(terminal, session.Clock, ProgressWords.Of);
        var report = await progress.WhileAsync("looking at the backups", () => runner.RunAsync(options, progress, token));
        BaseRestoreText.Tell(terminal, report);
        return 0;
    }

    /// <exception cref="Fault">2: it is no id of a base backup, or no timeline.</exception>
    public static BaseRestoreOptions Options(string backup, string folder, string? at, string? timeline, bool moveAside, bool promote)
    {
        var id = default(BaseId);
        if (backup != Newest && !BaseId.TryParse(backup, out id)) throw new Fault(FaultCode.Usage, "this is no base backup, and --target-dir restores a whole server") { Where = backup, Next = $"tidemark restore {Newest} --target-dir {folder} # or the id of a base backup: 20260131T120000Z-a1b2c3" };
        var followed = timeline is null ? (TimelineId?)null : uint.TryParse(timeline, out var number) && number > 0 ? new TimelineId(number) : throw new Fault(FaultCode.Usage, "--timeline is a number from 1") { Where = timeline, Next = "tidemark wal status # tells which there are" };
        return new BaseRestoreOptions(backup == Newest ? null : id, folder, RecoveryTarget.Parse(at), followed, moveAside, promote);
    }
}
