using System.CommandLine;
using System.Globalization;
using Tidemark.Cli.Output;
using Tidemark.Cli.Teaching;
using Tidemark.Files;
using Tidemark.Postgres.Wal;
using Tidemark.Repositories;
using Tidemark.Storage;
using Tidemark.Wal;

namespace Tidemark.Cli.Commands;

internal static class WalFetchCommand
{
    private const string Endless = "none";

    private static readonly TimeSpan Usual = TimeSpan.FromMinutes(5);

    public static Command Build(Terminal terminal)
    {
        var name = new Argument<string>("name") { Description = "%f: the name of the file that is wanted" };
        var path = new Argument<string>("path") { Description = "%p: where it is wanted, relative to the data directory or absolute" };
        var plan = new Option<string?>("--plan") { Description = "serve what this plan says, from one timeline for each segment, and nothing else", HelpName = "FILE" };
        var patience = new Option<string?>("--patience") { Description = "how long to ask a store again that cannot be reached: 5m; none: without end (default: 5m; none on a standby)", HelpName = "DURATION" };
        var timeline = new Option<string?>("--timeline") { Description = "serve segments of this timeline even where another was begun", HelpName = "NUMBER" };
        var settings = new Option<string?>("--settings") { Description = "settings, as NAME=value lines, from this file and not from .env or tidemark.json", HelpName = "FILE" };
        var command = new Command("fetch", "Get one file of WAL: what restore_command calls. Exit 1: proven not to be there.") { name, path, plan, patience, timeline, settings };
        command.SetAction(async (parsed, token) =>
        {
            var to = Path.GetFullPath(parsed.GetValue(path)!, terminal.Folder);
            var called = parsed.GetValue(name)!;
            var meant = WalFileName.Parse(called) ?? throw new Fault(FaultCode.Usage, "PostgreSQL asks for no file of this name") { Where = called, Next = "restore_command = 'tidemark wal fetch %f %p' # in postgresql.conf" };
            var data = DataFolder.Around(to, terminal.Folder);
            var request = new WalFetchRequest(meant, to, PlanOf(parsed.GetValue(plan), terminal.Folder), TimelineOf(parsed.GetValue(timeline)));
            var limit = PatienceOf(parsed.GetValue(patience), data);
            var session = WalCommand.Open(terminal, data, parsed.GetValue(settings) is { } file ? Path.GetFullPath(file, terminal.Folder) : null);
            using var encoding = new WalEncoding(session.Keys);
            var stores = session.Stores.Objects;
            var cluster = data is not null ? DataFolder.SystemIdentifierOf(data) : request.Plan?.SystemIdentifier ?? await OnlyClusterAsync(stores[0], token);
            var found = await new WalFetchRunner(stores, encoding, new Patience(limit, session.Clock, terminal.Remark), ThisBoot.Name(), session.Clock).RunAsync(request, cluster, token);
            if (terminal.Json) CliJson.Write(terminal.Output, new WalFetchDocument($"{meant}", found), CliJson.Default.WalFetchDocument);
            return found ? 0 : WalExitCodes.ProvenMiss;
        });
        return command.Teach(CommandGroup.SetUp, ("tidemark wal fetch --help", "in postgresql.conf: restore_command = 'tidemark wal fetch %f %p'"));
    }

    private static WalPlan? PlanOf(string? file, string folder)
    {
        if (file is null) return null;
        var path = Path.GetFullPath(file, folder);
        try
        {
            return WalPlan.ReadFile(path);
        }
        catch (FormatException none)
        {
            throw new Fault(FaultCode.Usage, "this is no plan of a recovery", none) { Where = path, Why = none.Message, Left = "nothing was served", Next = "name the plan that restore wrote" };
        }
    }

    private static TimelineId? TimelineOf(string? text) => text is null ? null
        : uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? new TimelineId(number)
        : throw new Fault(FaultCode.Usage, "this is no timeline") { Where = text, Why = "it must be a number from 1 on, as recovery_target_timeline takes it", Next = "tidemark wal fetch --help" };

    /// <remarks>A standby asks for ever, and a failure ends it: it waits as long as the store is away.</remarks>
    private static TimeSpan? PatienceOf(string? text, string? data) => text is null ? data is not null && DataFolder.IsStandby(data) ? null : Usual
        : text == Endless ? null
        : Duration.TryParse(text, out var patience) ? patience.Span
        : throw new Fault(FaultCode.Usage, "this is no duration") { Where = text, Next = "write a whole number and one of s, m, h, d: 90s, 5m; or none" };

    /// <summary>For people who fetch a file into any folder.</summary>
    private static async Task<ulong> OnlyClusterAsync(IObjectStore store, CancellationToken token) =>
        await new Incarnations(store, IncarnationFolder.DefaultCluster).ListAsync(token) is [var only] ? only.SystemIdentifier
        : throw new Fault(FaultCode.Configuration, "it is not known which cluster's WAL is wanted")
        {
            Where = store.Address,
            Why = "there is no global/pg_control beside the path or in the working folder, and the store holds WAL of none or of several",
            Next = "run it in the data directory, as PostgreSQL does: cd \"$PGDATA\"",
        };
}
