using System.CommandLine;
using Tidemark.Cli.Output;
using Tidemark.Cli.Teaching;
using Tidemark.Dumps;
using Tidemark.Processes;
using Tidemark.Restores;
using Tidemark.Runs;

namespace Tidemark.Cli.Commands;

internal static class RestoreCommand
{
    private static readonly Argument<string> Source = new Argument<string>("backup") { Description = "id, file name, unique prefix, path of any dump, or latest" }.Completes(LiveValue.Backups);
    private static readonly Option<string?> Of = new Option<string?>("--database") { Description = "for latest: of which database (default: the one in DATABASE_URL)" }.Completes(LiveValue.Databases);
    private static readonly Option<string?> ToDatabase = new("--to-database") { Description = "restore into this database; one that is not empty, and postgres, wants --confirm; a template is refused" };
    private static readonly Option<bool> Swap = new("--swap") { Description = "when all has passed, put the restored database in the place of the live one, which is kept; a dump of another database wants --confirm" };
    private static readonly Option<bool> InPlace = new("--in-place") { Description = "over the live database, in one transaction (custom format only; wants --confirm)" };
    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "print the plan and do nothing" };
    private static readonly Option<bool> Force = new("--force") { Description = "with --confirm: pass the production guard, and nothing else" };
    private static readonly Option<string?> Confirm = new("--confirm") { Description = "name of the existing database that may be changed", HelpName = "NAME" };
    private static readonly Option<bool> NoOwner = new("--no-owner") { Description = "leave out owners and grants" };
    private static readonly Option<bool> NoCheck = new("--no-check") { Description = "do not compare the rows afterwards (exit code 14)" };

    public static Command Build(Terminal terminal)
    {
        var command = new Command("restore", "Get a database back, beside the live one unless you say otherwise.") { Source, Of, ToDatabase, Swap, InPlace, DryRun, Force, Confirm, NoOwner, NoCheck };
        command.SetAction(async (parsed, token) =>
        {
            var session = Session.Open(terminal);
            var options = Options(session, parsed);
            await session.TidyAsync(session.Database, token);
            if (parsed.GetValue(DryRun))
            {
                var plan = await session.Restores.PlanAsync(options, token);
                PlanText.Tell(terminal, options, plan);
                return plan.Refusals.Count == 0 ? 0 : plan.Refusals[0].Code.ExitCode;
            }
            var progress = new ProgressLine<RestoreProgress>(terminal, session.Clock, ProgressWords.Of);
            var run = new RestoreRun(session.Recorder, session.Restores, session.Folder.State, session.Clock);
            var report = await progress.WhileAsync("looking at the server", () => run.RunAsync(options, progress, terminal.Remark, token));
            return Tell(terminal, session, report);
        });
        return command.Teach(CommandGroup.GetBack,
                ("tidemark restore latest", "into a new database beside the live one, every table checked"),
                ("tidemark restore latest --to-database copy_of_it", "the same under a name of yours"),
                ("tidemark restore latest --swap --dry-run", "what a swap would do, in steps; nothing is done"),
                ("tidemark restore latest --swap", "in the place of the live one, which is kept: tidemark undo"))
            .Under("Where to (otherwise a new database, <db>_restored_<time>)", ToDatabase, Swap, InPlace)
            .Under("Guard", Force, Confirm);
    }

    private static RestoreOptions Options(Session session, ParseResult parsed)
    {
        var given = new[] { parsed.GetValue(ToDatabase) is not null, parsed.GetValue(Swap), parsed.GetValue(InPlace) }.Count(said => said);
        if (given > 1) throw new Fault(FaultCode.Usage, "--to-database, --swap and --in-place exclude each other") { Next = "give one of them, or none: a new database is made beside" };
        var entry = new DumpChoice(session.Folder).Find(parsed.GetValue(Source)!, parsed.GetValue(Of) ?? session.Options.Database?.Database, session.Terminal.Folder);
        return new RestoreOptions
        {
            Source = entry,
            Address = session.Database,
            Mode = parsed.GetValue(ToDatabase) is not null ? RestoreMode.Into : parsed.GetValue(Swap) ? RestoreMode.Swap : parsed.GetValue(InPlace) ? RestoreMode.InPlace : RestoreMode.Beside,
            ToDatabase = parsed.GetValue(ToDatabase),
            Force = parsed.GetValue(Force),
            Confirm = parsed.GetValue(Confirm),
            NoOwner = parsed.GetValue(NoOwner),
            Check = !parsed.GetValue(NoCheck),
            ProductionSaidBy = session.Options.ProductionSaidBy,
            ProjectRoot = session.Options.ProjectRoot,
            Hooks = session.Options.Hooks,
        };
    }

    private static int Tell(Terminal terminal, Session session, RestoreReport report)
    {
        var exit = report.Outcome switch { RestoreOutcome.Checked => 0, RestoreOutcome.NotChecked => 14, _ => FaultCode.Partly.ExitCode };
        // For a person or a script to paste: the password is the one they know.
        var url = session.Database.WithDatabase(report.Database).ToOpenUrl();
        if (terminal.Json)
            CliJson.Write(terminal.Output, new RestoreDocument(report.Outcome switch { RestoreOutcome.Checked => "checked", RestoreOutcome.NotChecked => "notChecked", _ => "partly" }, report.Source.Id, report.Database,
                url, report.Swap?.Kept, report.Tables, report.Rows, Math.Round(report.Duration.TotalSeconds, 3), report.Missing, report.Benign), CliJson.Default.RestoreDocument);
        terminal.Say($"{(report.Outcome == RestoreOutcome.Partly ? "PARTLY restored" : "restored")} backup {report.Source.Id} into \"{report.Database}\" in {Ages.InWords(report.Duration)}");
        if (report.Source.Manifest is { } manifest) terminal.Say($"  recovery point  {manifest.RecoveryPoint.UtcDateTime:yyyy-MM-dd HH:mm:ss.fff}Z");
        terminal.Say(report.Outcome == RestoreOutcome.NotChecked ? "  checked         not checked (--no-check)" : $"  checked         {report.Tables} tables, {report.Rows} rows: each table has the rows of the dump");
        foreach (var missing in report.Missing) terminal.Say($"  missing         {missing}");
        foreach (var benign in report.Benign) terminal.Say($"  harmless        {benign}");
        terminal.Say($"  DATABASE_URL    {url}");
        if (report.Swap is { } swap)
        {
            terminal.Say($"  kept            the old database is \"{swap.Kept}\"");
            terminal.Say("  take it back    tidemark undo");
        }
        else if (report.Database != session.Database.Database)
            terminal.Say($"  try next        tidemark restore {ShellWord.Quote(report.Source.Id)} --swap");
        return exit;
    }
}
