using System.CommandLine;
using Tidemark.Cli.Output;
using Tidemark.Cli.Teaching;
using Tidemark.Runs;
using Tidemark.Standbys;

namespace Tidemark.Cli.Commands;

/// <summary>A standby takes over, or a copy of it shows that it could.</summary>
internal static class StandbyPromoteCommand
{
    public static Command Build(Terminal terminal)
    {
        var name = StandbyCommand.Name();
        var dry = new Option<bool>("--dry-run") { Description = "say what would be done and what would be lost; do nothing" };
        var fence = new Option<bool>("--fence") { Description = "first let the old primary take no more writes: read only from then on, its sessions ended" };
        var wait = new Option<string>("--wait") { Description = "how long the standby may take to catch up; after that nothing is promoted", HelpName = "DURATION", DefaultValueFactory = _ => "5m" };
        var force = new Option<bool>("--force") { Description = "with --confirm: lifts the production guard" };
        var confirm = new Option<string?>("--confirm") { Description = "the name of the primary's database, for the production guard", HelpName = "NAME" };
        var command = new Command("promote", "Let a standby take over: catch up, set sequences, end replication, and print the new DATABASE_URL.") { name, dry, fence, wait, force, confirm };
        command.SetAction(async (parsed, token) =>
        {
            var session = Session.Open(terminal);
            var options = OptionsOf(session, parsed.GetValue(name)!) with
            {
                Fence = parsed.GetValue(fence),
                Patience = Duration.TryParse(parsed.GetValue(wait), out var patience) ? patience.Span : throw new Fault(FaultCode.Usage, "--wait cannot be read") { Next = "write a whole number and one of s, m, h, d: 90s, 5m" },
                Force = parsed.GetValue(force),
                Confirm = parsed.GetValue(confirm),
            };
            var promoter = new StandbyPromoteRunner(session.Workbench.Standbys, Reader(session), session.Clock);
            if (parsed.GetValue(dry)) return Tell(terminal, await promoter.PlanAsync(options, token));
            var (report, path) = await new StandbyRun(session.Recorder).PromoteAsync(promoter, options, session.Workbench.Evidence, session.State, session.Clock, terminal.Remark, token);
            var url = options.Sides.Standby.ToOpenUrl();
            if (terminal.Json) CliJson.Write(terminal.Output, new PromotedDocument(options.Record.Id, url, path, report), CliJson.Default.PromotedDocument);
            StandbyText.Course(terminal, report, path);
            terminal.Say($"the database to use now (add the password): DATABASE_URL={url}");
            return 0;
        });
        return command.Teach(CommandGroup.GetBack,
            ("tidemark standby promote west --dry-run", "what would be done, and what would be lost"),
            ("tidemark standby promote west --fence", "a planned change: nothing is lost"),
            ("tidemark standby promote west", "the primary is gone"));
    }

    public static Command BuildRehearse(Terminal terminal)
    {
        var name = StandbyCommand.Name();
        var command = new Command("rehearse", "Do what a promotion does on a throw-away copy of the standby, with your smoke test, and measure it.") { name };
        command.SetAction(async (parsed, token) =>
        {
            var session = Session.Open(terminal);
            var options = OptionsOf(session, parsed.GetValue(name)!);
            var rehearser = new StandbyRehearseRunner(session.Workbench.Standbys, Reader(session), session.Clock);
            var (report, path) = await new StandbyRun(session.Recorder).RehearseAsync(rehearser, options, session.Workbench.Evidence, session.State, session.Clock, terminal.Remark, token);
            if (terminal.Json) CliJson.Write(terminal.Output, new PromotedDocument(options.Record.Id, options.Sides.Standby.ToOpenUrl(), path, report), CliJson.Default.PromotedDocument);
            StandbyText.Course(terminal, report, path);
            return 0;
        });
        return command.Teach(CommandGroup.GetBack, ("tidemark standby rehearse west", "measured RPO and RTO, in a report like a drill's; nothing is changed"));
    }

    private static StandbyReader Reader(Session session) => new(session.Binaries, session.Clock);

    private static PromoteOptions OptionsOf(Session session, string name)
    {
        var record = session.Workbench.Standbys.Get(name);
        return new PromoteOptions
        {
            Record = record,
            Sides = StandbySides.Of(record, session.Database, session.Options),
            Rto = session.Options.Objectives.Rto,
            ProductionSaidBy = session.Options.ProductionSaidBy,
            Hooks = session.Options.Hooks,
            ProjectRoot = session.Options.ProjectRoot,
        };
    }

    private static int Tell(Terminal terminal, PromotionPlan plan)
    {
        if (terminal.Json) CliJson.Write(terminal.Output, plan, CliJson.Default.PromotionPlan);
        StandbyText.Promotion(terminal, plan);
        return plan.Refusal?.Code.ExitCode ?? 0;
    }
}
