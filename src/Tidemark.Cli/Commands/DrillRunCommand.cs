using System.CommandLine;
using System.Security.Cryptography;
using Tidemark.Cli.Output;
using Tidemark.Cli.Teaching;
using Tidemark.Configuration;
using Tidemark.Drills;
using Tidemark.Drills.Checks;
using Tidemark.Restores;
using Tidemark.Runs;

namespace Tidemark.Cli.Commands;

internal static class DrillRunCommand
{
    private static readonly Argument<string> Which = new Argument<string>("backup") { Description = "random (default: any good one of the past 90 days), latest, oldest, an id, file name or path", DefaultValueFactory = _ => DrillPick.Random }.Completes(LiveValue.Backups);
    private static readonly Option<string?> Of = new Option<string?>("--database") { Description = "a backup of this database (default: the one in DATABASE_URL; without it, any)" }.Completes(LiveValue.Databases);
    private static readonly Option<string?> Store = new("--store") { Description = "read it from this one of the stores in BACKUP_DIR", HelpName = "STORE" };
    private static readonly Option<string?> Target = new("--target") { Description = "restore into a scratch database on this server, which is always dropped: a libpq URI, env:NAME or file:PATH (default: BACKUP_DRILL_TARGET; else a private server)", HelpName = "URL" };
    private static readonly Option<bool> Sabotage = new("--sabotage") { Description = "damage a copy of the backup on purpose, and demand that the drill fails; the backup is only read, and nothing is proven" };

    public static Command Build(Terminal terminal)
    {
        var command = new Command("run", "Restore a backup where it hurts nobody, check it in layers, run your test, measure RPO and RTO, and remove everything.") { Which, Of, Store, Target, Sabotage };
        command.SetAction(async (parsed, token) =>
        {
            var session = Session.Open(terminal, parsed.GetValue(Target) is { } given ? new Dictionary<string, string> { [SettingCatalogue.DrillTarget.Name] = given } : null);
            await session.TidyAsync(null, token);
            await session.Workbench.TidyDrillsAsync(token);
            var request = await RequestAsync(session, parsed, token);
            var progress = new ProgressLine<RestoreProgress>(terminal, session.Clock, ProgressWords.Of);
            var run = new DrillRun(session.Recorder, session.Workbench.Drills, session.Workbench.Evidence, session.State, session.Clock);
            var (report, path) = await progress.WhileAsync("the drill begins", () => run.RunAsync(request, progress, terminal.Remark, token));
            if (terminal.Json) CliJson.Write(terminal.Output, report, DrillJson.Default.DrillReport);
            DrillText.Tell(terminal, report, path);
            return report.Result switch { DrillResult.Failed => FaultCode.Verification.ExitCode, DrillResult.Inconclusive => report.Broken!.Value.ExitCode, _ => 0 };
        });
        return command.Teach(CommandGroup.GetBack,
            ("tidemark drill run", "a random good backup of the past 90 days"),
            ("tidemark drill run latest --json", "the newest one; the report for a program"),
            ("tidemark drill run latest --sabotage", "whether a drill sees damage: a copy of the newest one is damaged"));
    }

    private static async Task<DrillRequest> RequestAsync(Session session, ParseResult parsed, CancellationToken token)
    {
        var (wanted, database) = (parsed.GetValue(Which)!, parsed.GetValue(Of) ?? session.Options.Database?.Database);
        var assertions = DrillAssertion.ReadAll(session.Options.Drills.Assertions);
        var target = session.Workbench.DrillTargetOf(parsed.GetValue(Target));
        var store = parsed.GetValue(Store) is { } typed ? DrillPick.StoreOf(session.Stores.All, session.Options.Stores, typed) : null;
        var (all, unseen) = await session.Stores.LookAsync(token);
        foreach (var part in unseen) session.Terminal.Remark($"warning: {part}");
        var pick = wanted is DrillPick.Random or DrillPick.Oldest ? DrillPick.Of(all, wanted, database, store, session.Clock.GetUtcNow(), RandomNumberGenerator.GetInt32)
            : new DrillPick(DrillPick.InStore(await session.Choice.FindAsync(wanted, database, session.Terminal.Folder, token), store) ?? throw new Fault(FaultCode.NotFound, "this backup is not in that store") { Where = store, Next = "tidemark show " + wanted }, wanted == DrillPick.Latest ? "the latest good one" : "named");
        return new DrillRequest
        {
            Source = pick.Backup,
            Picked = pick.Words,
            NewestUntil = DrillMeasures.UntilOf(pick.Backup, all, session.Clock.GetUtcNow()),
            Target = target,
            Sabotage = parsed.GetValue(Sabotage),
            Objectives = session.Options.Objectives,
            Heartbeat = session.Options.Heartbeat,
            Assertions = assertions,
            Hooks = session.Options.Hooks,
            ProjectRoot = session.Options.ProjectRoot,
        };
    }
}
