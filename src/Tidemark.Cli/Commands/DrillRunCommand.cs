using System.CommandLine;
using System.Security.Cryptography;
using Tidemark.BaseBackups;
using Tidemark.Cli.Output;
using Tidemark.Cli.Teaching;
using Tidemark.Configuration;
using Tidemark.Drills;
using Tidemark.Drills.Bases;
using Tidemark.Drills.Checks;
using Tidemark.Restores;
using Tidemark.Restores.Bases;
using Tidemark.Runs;

namespace Tidemark.Cli.Commands;

internal static class DrillRunCommand
{
    private static readonly Argument<string> Which = new Argument<string>("backup") { Description = "random (default: any good one of the past 90 days), latest, oldest, an id, file name or path", DefaultValueFactory = _ => DrillPick.Random }.Completes(LiveValue.Backups);
    private static readonly Option<string?> Of = new Option<string?>("--database") { Description = "a backup of this database (default: the one in DATABASE_URL; without it, any)" }.Completes(LiveValue.Databases);
    private static readonly Option<string?> Store = new("--store") { Description = "read it from this one of the stores in BACKUP_DIR", HelpName = "STORE" };
    private static readonly Option<string?> Target = new("--target") { Description = "restore into a scratch database on this server, which is always dropped: a libpq URI, env:NAME or file:PATH (default: BACKUP_DRILL_TARGET; else a private server)", HelpName = "URL" };
    private static readonly Option<string> Kind = new Option<string>("--kind") { Description = "dump (default): one database · base: the whole server, from a base backup and its WAL, at a random moment of those that can be reached", DefaultValueFactory = _ => "dump" }.Completes("dump", "base");
    private static readonly Option<string?> At = new("--at") { Description = "with --kind base: up to where, as restore --at says it, in the place of a random moment", HelpName = "WHEN" };
    private static readonly Option<bool> Sabotage = new("--sabotage") { Description = "damage a copy of the backup on purpose, and demand that the drill fails; the backup is only read, and nothing is proven" };

    public static Command Build(Terminal terminal)
    {
        var command = new Command("run", "Restore a backup where it hurts nobody, check it in layers, run your test, measure RPO and RTO, and remove everything.") { Which, Of, Store, Target, Kind, At, Sabotage };
        command.SetAction(async (parsed, token) =>
        {
            var session = Session.Open(terminal, parsed.GetValue(Target) is { } given ? new Dictionary<string, string> { [SettingCatalogue.DrillTarget.Name] = given } : null);
            await session.TidyAsync(null, token);
            await session.Workbench.TidyDrillsAsync(token);
            var progress = new ProgressLine<RestoreProgress>(terminal, session.Clock, ProgressWords.Of);
            var run = new DrillRun(session.Recorder, session.Workbench.Drills, session.Workbench.Evidence, session.State, session.Clock);
            var (report, path) = IsOfBase(parsed) ? await OfBaseAsync(session, run, parsed, progress, token) : await OfDumpAsync(session, run, parsed, progress, token);
            if (terminal.Json) CliJson.Write(terminal.Output, report, DrillJson.Default.DrillReport);
            DrillText.Tell(terminal, report, path);
            if (await session.Workbench.Publish(session.Recorder).RunAsync(token) is { } unbrought) terminal.Remark($"warning: {unbrought}; the next drill, or the service, tries again");
            return report.Result switch { DrillResult.Failed => FaultCode.Verification.ExitCode, DrillResult.Inconclusive => report.Broken!.Value.ExitCode, _ => 0 };
        });
        return command.Teach(CommandGroup.GetBack,
            ("tidemark drill run", "a random good backup of the past 90 days"),
            ("tidemark drill run latest --json", "the newest one; the report for a program"),
            ("tidemark drill run latest --sabotage", "whether a drill sees damage: a copy of the newest one is damaged"));
    }

    private static async Task<(DrillReport Report, string Path)> OfDumpAsync(Session session, DrillRun run, ParseResult parsed, ProgressLine<RestoreProgress> progress, CancellationToken token)
    {
        var request = await RequestAsync(session, parsed, token);
        return await progress.WhileAsync("the drill begins", () => run.RunAsync(request, progress, session.Terminal.Remark, token));
    }

    private static Task<(DrillReport Report, string Path)> OfBaseAsync(Session session, DrillRun run, ParseResult parsed, ProgressLine<RestoreProgress> progress, CancellationToken token)
    {
        var wanted = parsed.GetValue(Which)!;
        var request = new BaseDrillRequest
        {
            Backup = wanted is DrillPick.Random or DrillPick.Latest ? null : BaseId.TryParse(wanted, out var id) ? id : throw new Fault(FaultCode.Usage, "this is no base backup") { Where = wanted, Next = "tidemark drill run --kind base # or the id of a base backup: 20260131T120000Z-a1b2c3" },
            Target = parsed.GetValue(At) is { } at ? RecoveryTarget.Parse(at) : wanted == DrillPick.Latest ? new RecoveryTarget.End() : null,
            Known = session.Options.Database,
            Objectives = session.Options.Objectives,
            Heartbeat = session.Options.Heartbeat,
            Assertions = DrillAssertion.ReadAll(session.Options.Drills.Assertions),
            Hooks = session.Options.Hooks,
            ProjectRoot = session.Options.ProjectRoot,
            Fetch = FetchCall.Of(BaseRestore.OwnProgram(), session.Options),
        };
        var store = StoreOf(session, parsed);
        var bases = new BaseDrillRunner([.. session.Stores.Objects.Where(one => store is null || one.Address == store)], session.Keys, KnownWriters.Read(session.State), session.Binaries, session.State, () => RandomNumberGenerator.GetInt32(int.MaxValue) / (double)int.MaxValue, session.Clock);
        return progress.WhileAsync("the drill begins", () => run.RunAsync(bases, request, progress, session.Terminal.Remark, token));
    }

    private static bool IsOfBase(ParseResult parsed)
    {
        var kind = parsed.GetValue(Kind);
        if (kind is not "dump" and not "base") throw new Fault(FaultCode.Usage, $"there is no kind \"{kind}\"") { Where = "--kind", Why = "kinds are dump and base", Next = "tidemark drill run --kind base" };
        Option[] others = kind == "base" ? [Of, Target, Sabotage] : [At];
        if (others.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } other) throw new Fault(FaultCode.Usage, $"{other.Name} is not for drills of kind {kind}") { Next = $"leave out {other.Name}" };
        return kind == "base";
    }

    private static string? StoreOf(Session session, ParseResult parsed) => parsed.GetValue(Store) is { } typed ? DrillPick.StoreOf(session.Stores.All, session.Options.Stores, typed) : null;

    private static async Task<DrillRequest> RequestAsync(Session session, ParseResult parsed, CancellationToken token)
    {
        var (wanted, database) = (parsed.GetValue(Which)!, parsed.GetValue(Of) ?? session.Options.Database?.Database);
        var target = session.Workbench.DrillTargetOf(parsed.GetValue(Target));
        var store = StoreOf(session, parsed);
        var (all, unseen) = await session.Stores.LookAsync(token);
        foreach (var part in unseen) session.Terminal.Remark($"warning: {part}");
        var pick = wanted is DrillPick.Random or DrillPick.Oldest ? DrillPick.Of(all, wanted, database, store, session.Clock.GetUtcNow(), RandomNumberGenerator.GetInt32)
            : new DrillPick(DrillPick.InStore(await session.Choice.FindAsync(wanted, database, session.Terminal.Folder, token), store) ?? throw new Fault(FaultCode.NotFound, "this backup is not in that store") { Where = store, Next = "tidemark show " + wanted }, wanted == DrillPick.Latest ? "the latest good one" : "named");
        return DrillRequest.Of(pick, all, target, session.Options, session.Clock.GetUtcNow()) with { Sabotage = parsed.GetValue(Sabotage) };
    }
}
