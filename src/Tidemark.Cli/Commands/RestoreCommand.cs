using System.CommandLine;
using Tidemark.Cli.Output;
using Tidemark.Cli.Teaching;
using Tidemark.Processes;
using Tidemark.Restores;
using Tidemark.Restores.Bases;
using Tidemark.Runs;

namespace Tidemark.Cli.Commands;

internal static class RestoreCommand
{
    private static readonly Argument<string> Source = new Argument<string>("backup") { Description = "id, file name, unique prefix, path of any dump, or latest" }.Completes(LiveValue.Backups);
    private static readonly Option<string?> Of = new Option<string?>("--database") { Description = "for latest: of which database (default: the one in DATABASE_URL)" }.Completes(LiveValue.Databases);
    private static readonly Option<string?> ToDatabase = new("--to-database") { Description = "restore into this database; one that is not empty, and postgres, wants --confirm; a template is refused" };
    private static readonly Option<bool> Swap = new("--swap") { Description = "when all has passed, put the restored database in the place of the live one, which is kept; a dump of another database wants --confirm" };
    private static readonly Option<bool> InPlace = new("--in-place") { Description = "over the live database, in one transaction (custom format only; wants --confirm)" };
    private static readonly Option<string[]> Schemas = new("--schema") { Description = "only this schema (exact name; may be given again)" };
    private static readonly Option<string[]> Tables = new("--table") { Description = "only this table, [schema.]name, with all that belongs to it (exact name; may be given again)" };
    private static readonly Option<bool> SchemaOnly = new("--schema-only") { Description = "definitions without rows" };
    private static readonly Option<bool> DataOnly = new("--data-only") { Description = "rows only, into tables that are there and empty" };
    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "print the plan and do nothing" };
    private static readonly Option<bool> Force = new("--force") { Description = "with --confirm: pass the production guard, and nothing else" };
    private static readonly Option<string?> Confirm = new("--confirm") { Description = "name of the existing database that may be changed", HelpName = "NAME" };
    private static readonly Option<bool> NoOwner = new("--no-owner") { Description = "leave out owners and grants" };
    private static readonly Option<bool> CreateRoles = new("--create-roles") { Description = "first make the roles that the dump names and the server lacks, as the globals beside it say" };
    private static readonly Option<string[]> MapRole = new("--map-role") { Description = "OLD=NEW: what belongs, or is granted, to OLD in the dump comes to NEW, which is there (custom format only; may be given again)", HelpName = "OLD=NEW" };
    private static readonly Option<bool> NoCheck = new("--no-check") { Description = "do not compare the rows afterwards (exit code 14)" };

    public static Command Build(Terminal terminal)
    {
        var command = new Command("restore", "Get a database back, beside the live one unless you say otherwise.") { Source, Of, ToDatabase, Swap, InPlace, Schemas, Tables, SchemaOnly, DataOnly, DryRun, Force, Confirm, NoOwner, CreateRoles, MapRole, NoCheck, BaseRestoreFlags.TargetDir };
        foreach (var flag in BaseRestoreFlags.All) command.Add(flag);
        command.SetAction(async (parsed, token) =>
        {
            var session = Session.Open(terminal);
            if (parsed.GetValue(BaseRestoreFlags.TargetDir) is { } folder) return await BaseRestore.RunAsync(session, OfBase(parsed, Path.Combine(terminal.Folder, folder), session), parsed.GetValue(DryRun), BaseRestoreFlags.StartOf(parsed), token);
            RequireNoneOfBase(parsed);
            var options = await OptionsAsync(session, parsed, token);
            try
            {
                return await RunAsync(session, parsed.GetValue(DryRun), options, token);
            }
            catch (Fault unusable) when (unusable.Where?.StartsWith(session.State, StringComparison.Ordinal) == true)
            {
                // The dump can be read all the same: records, locks and the journal go to another folder.
                var scratch = ShellWord.Quote(Path.Combine(Path.GetTempPath(), "tidemark"));
                var elsewhere = options.Source.Store.Folder is null ? $"STATE_DIRECTORY={scratch} tidemark {string.Join(' ', parsed.Tokens.Select(one => ShellWord.Quote(one.Value)))}" : $"BACKUP_DIR={scratch} tidemark {Again(parsed, options.Source.Path)}";
                throw new Fault(unusable.Code, unusable.What, unusable) { Where = unusable.Where, Why = unusable.Why, Left = unusable.Left, Next = elsewhere };
            }
        });
        return command.Teach(CommandGroup.GetBack,
                ("tidemark restore latest", "into a new database beside the live one, every table checked"),
                ("tidemark restore latest --table trades --to-database just_trades", "one table with all that belongs to it, into a new database of that name"),
                ("tidemark restore latest --swap --dry-run", "what a swap would do, in steps; nothing is done"),
                ("tidemark restore latest --swap", "in the place of the live one, which is kept: tidemark undo"))
            .Under("Where to (otherwise a new database, <db>_restored_<time>)", ToDatabase, Swap, InPlace)
            .Under("A part of it (custom format only)", Schemas, Tables, SchemaOnly, DataOnly)
            .Under("Owners and grants (otherwise as they were)", NoOwner, CreateRoles, MapRole)
            .Under("Guard", Force, Confirm)
            .Under("A whole server, from a base backup", [BaseRestoreFlags.TargetDir, .. BaseRestoreFlags.All]);
    }

    private static BaseRestoreOptions OfBase(ParseResult parsed, string folder, Session session)
    {
        Option[] ofDumps = [Of, ToDatabase, Swap, InPlace, Schemas, Tables, SchemaOnly, DataOnly, Force, Confirm, NoOwner, CreateRoles, MapRole, NoCheck];
        if (ofDumps.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } other) throw new Fault(FaultCode.Usage, $"--target-dir restores a whole server, and {other.Name} is for dumps") { Next = $"leave out {other.Name}" };
        return BaseRestoreFlags.Read(parsed, parsed.GetValue(Source)!, folder, session);
    }

    private static void RequireNoneOfBase(ParseResult parsed)
    {
        if (BaseRestoreFlags.All.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } other) throw new Fault(FaultCode.Usage, $"{other.Name} needs --target-dir: only a base backup leads to a moment of choice") { Next = "tidemark restore latest --target-dir DIR # a new folder" };
    }

    private static async Task<int> RunAsync(Session session, bool dryRun, RestoreOptions options, CancellationToken token)
    {
        var terminal = session.Terminal;
        await session.TidyAsync(session.Database, token);
        if (dryRun)
        {
            var plan = await session.Restores.PlanAsync(options, token);
            PlanText.Tell(terminal, options, plan);
            return plan.Refusals.Count == 0 ? 0 : plan.Refusals[0].Code.ExitCode;
        }
        var progress = new ProgressLine<RestoreProgress>(terminal, session.Clock, ProgressWords.Of);
        var run = new RestoreRun(session.Recorder, session.Restores, session.State, session.Clock);
        var report = await progress.WhileAsync("looking at the server", () => run.RunAsync(options, progress, terminal.Remark, token));
        return Tell(terminal, session, report, options);
    }

    /// <summary>The same command line, with the dump named by its path.</summary>
    private static string Again(ParseResult parsed, string path)
    {
        var source = parsed.GetResult(Source)!.Tokens[0];
        return string.Join(' ', parsed.Tokens.Select(token => ShellWord.Quote(ReferenceEquals(token, source) ? path : token.Value)));
    }

    private static async Task<RestoreOptions> OptionsAsync(Session session, ParseResult parsed, CancellationToken token)
    {
        var given = new[] { parsed.GetValue(ToDatabase) is not null, parsed.GetValue(Swap), parsed.GetValue(InPlace) }.Count(said => said);
        if (given > 1) throw new Fault(FaultCode.Usage, "--to-database, --swap and --in-place exclude each other") { Next = "give one of them, or none: a new database is made beside" };
        if (parsed.GetValue(NoOwner) && parsed.GetValue(CreateRoles)) throw new Fault(FaultCode.Usage, "--no-owner and --create-roles exclude each other") { Next = "give one of them: without owners no role is needed" };
        var renamed = RenamedRole.ParseAll(parsed.GetValue(MapRole) ?? []);
        if (parsed.GetValue(NoOwner) && renamed.Count > 0) throw new Fault(FaultCode.Usage, "--no-owner and --map-role exclude each other") { Next = "give one of them: without owners and grants no role is named" };
        var entry = await session.Choice.FindAsync(parsed.GetValue(Source)!, parsed.GetValue(Of) ?? session.Options.Database?.Database, session.Terminal.Folder, token);
        return new RestoreOptions
        {
            // A key that does not open it is told before anything else is asked or done.
            Source = await session.Choice.ReadableAsync(entry, session.Keys, token),
            Address = session.Database,
            Mode = parsed.GetValue(ToDatabase) is not null ? RestoreMode.Into : parsed.GetValue(Swap) ? RestoreMode.Swap : parsed.GetValue(InPlace) ? RestoreMode.InPlace : RestoreMode.Beside,
            ToDatabase = parsed.GetValue(ToDatabase),
            Part = Part(parsed),
            Force = parsed.GetValue(Force),
            Confirm = parsed.GetValue(Confirm),
            NoOwner = parsed.GetValue(NoOwner),
            CreateRoles = parsed.GetValue(CreateRoles),
            RenamedRoles = renamed,
            Check = !parsed.GetValue(NoCheck),
            ProductionSaidBy = session.Options.ProductionSaidBy,
            ProjectRoot = session.Options.ProjectRoot,
            Hooks = session.Options.Hooks,
        };
    }

    private static RestorePart? Part(ParseResult parsed)
    {
        if (parsed.GetValue(SchemaOnly) && parsed.GetValue(DataOnly)) throw new Fault(FaultCode.Usage, "--schema-only and --data-only exclude each other") { Next = "give one of them, or none: definitions and rows come" };
        var content = parsed.GetValue(SchemaOnly) ? PartContent.SchemaOnly : parsed.GetValue(DataOnly) ? PartContent.DataOnly : PartContent.All;
        var part = new RestorePart(parsed.GetValue(Schemas) ?? [], parsed.GetValue(Tables) ?? [], content);
        return part is { NamesNothing: true, Content: PartContent.All } ? null : part;
    }

    private static int Tell(Terminal terminal, Session session, RestoreReport report, RestoreOptions options)
    {
        var exit = report.Outcome switch { RestoreOutcome.Checked => 0, RestoreOutcome.NotChecked => 14, _ => FaultCode.Partly.ExitCode };
        // For a person or a script to paste: the password is the one they know.
        var url = session.Database.WithDatabase(report.Database).ToOpenUrl();
        if (terminal.Json)
            CliJson.Write(terminal.Output, new RestoreDocument(report.Outcome switch { RestoreOutcome.Checked => "checked", RestoreOutcome.NotChecked => "notChecked", _ => "partly" }, report.Source.Id, report.Database,
                url, report.Swap?.Kept, report.Tables, report.Rows, Math.Round(report.Duration.TotalSeconds, 3), report.Missing, report.Benign,
                [.. report.CreatedRoles.Select(role => new CreatedRoleDocument(role.Name, role.FromGlobals, role.Lacks))], PartDocument.Of(report.Part)), CliJson.Default.RestoreDocument);
        terminal.Say($"{(report.Outcome == RestoreOutcome.Partly ? "PARTLY restored" : "restored")} backup {report.Source.Id} into \"{report.Database}\" in {Ages.InWords(report.Duration)}");
        if (report.Source.Manifest is { } manifest) terminal.Say($"  recovery point  {manifest.RecoveryPoint.UtcDateTime:yyyy-MM-dd HH:mm:ss.fff}Z");
        if (report.Part is { } part) PartText.Tell(terminal, part);
        terminal.Say(report.Outcome == RestoreOutcome.NotChecked ? "  checked         not checked (--no-check)" : report.Part?.Asked.Content == PartContent.SchemaOnly ? $"  checked         {Sizes.Count(report.Tables, "table")}, without rows, as asked" : $"  checked         {Sizes.Count(report.Tables, "table")}, {Sizes.Count(report.Rows, "row")}: each table has the rows of the dump");
        foreach (var role in report.CreatedRoles) terminal.Say($"  created role    {role.Name}{(role.FromGlobals ? "" : ", without login, password, attributes and memberships")}{(role.Lacks.Count == 0 ? "" : $"; it lacks {string.Join("; ", role.Lacks)}")}");
        foreach (var missing in report.Missing) terminal.Say($"  missing         {missing}");
        foreach (var benign in report.Benign) terminal.Say($"  harmless        {benign}");
        terminal.Say($"  DATABASE_URL    {url}");
        if (report.Swap is { } swap)
        {
            terminal.Say($"  kept            the old database is \"{swap.Kept}\"");
            terminal.Say("  take it back    tidemark undo");
        }
        if (Next(report, options) is { } next) terminal.Say($"  try next        {next}");
        return exit;
    }

    private static string? Next(RestoreReport report, RestoreOptions options) => report.Outcome switch
    {
        RestoreOutcome.Partly => PartlyDone.Next(options, report.Missing),
        RestoreOutcome.NotChecked => $"{RestoreLine.Of(options)} # compares the rows of every table",
        // A backup of another database is swapped in only with a confirmation, which is not ours to give.
        _ => report.Swap is null && report.Part is null && report.Database != options.Address.Database && (report.Source.Database ?? options.Address.Database) == options.Address.Database ? RestoreLine.Of(options, RestoreLine.Swap) : null,
    };
}
