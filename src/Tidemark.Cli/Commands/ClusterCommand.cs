using System.CommandLine;
using Tidemark.BaseBackups;
using Tidemark.Cli.Output;
using Tidemark.Cli.Teaching;
using Tidemark.Repositories;
using Tidemark.Runs;
using Tidemark.Wal;

namespace Tidemark.Cli.Commands;

internal static class ClusterCommand
{
    public static Command Build(Terminal terminal) =>
        new Command("cluster", "The server as a whole, over its lives.") { Upgrade(terminal) }.Teach(CommandGroup.SetUp,
            ("tidemark cluster upgrade --help", "what to do after pg_upgrade"));

    private static Command Upgrade(Terminal terminal)
    {
        var command = new Command("upgrade", "After pg_upgrade: open a new folder in each store for the upgraded server. The backups and the WAL from before stay, and can be restored.");
        command.SetAction(async (_, token) =>
        {
            var session = Session.Open(terminal);
            await session.TidyAsync(session.Database, token);
            var opened = await session.Recorder.RecordAsync(RunKind.ClusterUpgrade, IncarnationFolder.DefaultCluster, async run =>
            {
                var server = await WalServer.ReadAsync(session.Database, token);
                var lives = new List<OpenedLife>();
                foreach (var store in session.Stores.Objects) lives.Add(await ClusterUpgradeRunner.RunAsync(store, server.SystemIdentifier, token));
                foreach (var one in lives) run.Log($"{one.Now.Key} in {one.Store}, after {one.Before.Key}");
                return lives;
            });
            foreach (var one in opened)
            {
                terminal.Say($"opened {one.Now.Key}");
                terminal.Say($"  store           {one.Store}");
                terminal.Say($"  before          {one.Before.Key}: stays, and can be restored");
            }
            terminal.Say("  try next        tidemark backup --kind base # until then no moment of the upgraded server can be reached");
            if (terminal.Json) CliJson.Write(terminal.Output, ClusterUpgradedDocument.Of(opened), CliJson.Default.ClusterUpgradedDocument);
            return 0;
        });
        return command.Teach(CommandGroup.SetUp, ("tidemark cluster upgrade", "after pg_upgrade, once, before the first base backup of the new server"));
    }
}
