using System.CommandLine;
using Tidemark.Cli.Output;
using Tidemark.Cli.Teaching;
using Tidemark.Configuration;
using Tidemark.Restores;
using Tidemark.Runs;
using Tidemark.Standbys;

namespace Tidemark.Cli.Commands;

internal static class StandbyCreateCommand
{
    private static readonly Argument<string> Name = StandbyCommand.Name();
    private static readonly Option<string> Target = new("--target") { Description = "the database that shall follow, empty or not there yet: a libpq URI without a password, env:NAME or file:PATH", HelpName = "URL", Required = true };
    private static readonly Option<string?> SourceUrl = new("--source-url") { Description = "how the standby's server reaches the primary (default: as DATABASE_URL says); the same forms", HelpName = "URL" };
    private static readonly Option<bool> CreateRoles = new("--create-roles") { Description = "make the roles that own or may use what is in the database, where the standby lacks them" };
    private static readonly Option<string> Objective = new("--objective") { Description = "how far behind it may be before people are told", HelpName = "DURATION", DefaultValueFactory = _ => "5m" };
    private static readonly Option<string> SlotLimit = new("--slot-limit") { Description = "WAL that the primary may keep for it before people are told", HelpName = "SIZE", DefaultValueFactory = _ => "10GiB" };
    private static readonly Option<bool> GiveUp = new("--give-up") { Description = "at that limit the service drops the slot: the primary's disk is safe, and the standby must be made anew" };
    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "say what would be made, and all that is in the way; make nothing" };

    public static Command Build(Terminal terminal)
    {
        var command = new Command("create", "Make a standby: check both sides, copy schema and rows, and follow from then on.") { Name, Target, SourceUrl, CreateRoles, Objective, SlotLimit, GiveUp, DryRun };
        command.SetAction(async (parsed, token) =>
        {
            var session = Session.Open(terminal);
            var options = OptionsOf(session, parsed);
            var creator = new StandbyCreateRunner(session.Binaries, session.Workbench.Standbys, session.Clock);
            if (parsed.GetValue(DryRun)) return Tell(terminal, await creator.PlanAsync(options, token));
            var progress = new ProgressLine<RestoreProgress>(terminal, session.Clock, ProgressWords.Of);
            var record = await progress.WhileAsync("the standby is being made", () => new StandbyRun(session.Recorder).CreateAsync(creator, options, progress, session.Terminal.Remark, token));
            var url = options.Sides.Standby.ToOpenUrl();
            if (terminal.Json) CliJson.Write(terminal.Output, new StandbyCreatedDocument(record.Id, url, record.Object, record.Gaps), CliJson.Default.StandbyCreatedDocument);
            terminal.Say($"standby {record.Id} follows: {url}");
            terminal.Say($"  tidemark serve watches it; look yourself: tidemark standby status {record.Id}");
            return 0;
        });
        return command.Teach(CommandGroup.GetBack,
            ("tidemark standby create west --target env:STANDBY_URL --dry-run", "all that is in the way, at once"),
            ("tidemark standby create west --target env:STANDBY_URL --create-roles", "with the roles that its server lacks"));
    }

    private static StandbyOptions OptionsOf(Session session, ParseResult parsed)
    {
        var (target, seen) = (parsed.GetValue(Target)!, parsed.GetValue(SourceUrl));
        return new StandbyOptions
        {
            Name = StandbyName.Checked(parsed.GetValue(Name)!),
            Sides = StandbySides.Of(session.Database, target, seen, session.Options),
            Target = target,
            SourceSeen = seen,
            CreateRoles = parsed.GetValue(CreateRoles),
            Objective = Duration.TryParse(parsed.GetValue(Objective), out var objective) ? objective : throw Unread("--objective", "write a whole number and one of s, m, h, d: 90s, 5m"),
            SlotLimit = ByteCount.TryParse(parsed.GetValue(SlotLimit)!, out var limit) ? limit.Bytes : throw Unread("--slot-limit", "write a whole number and one of MB, GB, MiB, GiB: 10GiB"),
            GivesUp = parsed.GetValue(GiveUp),
        };
    }

    private static Fault Unread(string option, string next) => new(FaultCode.Usage, $"{option} cannot be read") { Next = next };

    private static int Tell(Terminal terminal, StandbyPlan plan)
    {
        if (terminal.Json) CliJson.Write(terminal.Output, plan, CliJson.Default.StandbyPlan);
        StandbyText.Plan(terminal, plan);
        return plan.Obstacles.Count == 0 ? 0 : FaultCode.Refused.ExitCode;
    }
}
