using System.CommandLine;
using Tidemark.Cli.Output;
using Tidemark.Cli.Teaching;
using Tidemark.Wal;

namespace Tidemark.Cli.Commands;

internal static class WalStatusCommand
{
    public static Command Build(Terminal terminal)
    {
        var command = new Command("status", "Show from when to when every commit can be reached, gaps, and the lag.");
        command.SetAction(async (_, token) =>
        {
            var session = Session.Open(terminal);
            var server = await ServerAsync(session, token);
            using var encoding = new WalEncoding(session.Keys);
            var stores = new List<WalStatus>();
            foreach (var store in session.Stores.Objects)
            {
                if (await new WalStatusReader(store, encoding, session.Clock, terminal.Remark).ReadAsync(server, token) is { } found) stores.Add(found);
            }
            if (stores.Count == 0) throw Nothing(session, server);
            var objective = session.Options.Objectives.Rpo;
            if (terminal.Json) CliJson.Write(terminal.Output, WalStatusDocument.Of(server, stores, objective, session.Clock.GetUtcNow()), CliJson.Default.WalStatusDocument);
            else WalStatusText.Tell(terminal, server, stores, objective);
            return WalStatusDocument.IsBreached(stores, objective) ? FaultCode.ObjectiveBreached.ExitCode : 0;
        });
        return command.Teach(CommandGroup.Look,
            ("tidemark wal status", "from when to when every commit can be reached, gaps, the lag"),
            ("tidemark wal status --json", "the same for a program"));
    }

    /// <summary>Null, and told: a server that is gone is when this is needed most.</summary>
    private static async Task<WalServer?> ServerAsync(Session session, CancellationToken token)
    {
        if (session.Options.Database is not { } address) return null;
        try
        {
            return await WalServer.ReadAsync(address, token);
        }
        catch (Fault away) when (away.Code == FaultCode.Unreachable || away.Code == FaultCode.AccessDenied)
        {
            session.Terminal.Remark($"{away.InOneLine}; what is stored is told without it");
            return null;
        }
    }

    private static Fault Nothing(Session session, WalServer? server) => new(FaultCode.NotFound, "there is no WAL of this server")
    {
        Where = session.Stores.Address,
        Why = server is null ? "nothing was stored, or it is of a cluster with another name" : $"nothing was stored of the cluster with the system identifier {server.SystemIdentifier}",
        Next = "tidemark wal push --help # how a server archives its WAL",
    };
}
