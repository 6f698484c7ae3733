using System.CommandLine;
using Tidemark.Cli.Output;
using Tidemark.Cli.Teaching;
using Tidemark.Heartbeats;
using Tidemark.Runs;

namespace Tidemark.Cli.Commands;

internal static class HeartbeatCommand
{
    public static Command Build(Terminal terminal)
    {
        var type = new Option<string>("--type") { Description = "value of the type column", DefaultValueFactory = _ => "TEST" };
        var message = new Option<string>("--message") { Description = "value of the message column", DefaultValueFactory = _ => "Heartbeat" };
        var create = new Option<bool>("--create-table") { Description = "make the table when it is missing" };
        var command = new Command("heartbeat", "Write one row that proves that the database takes writes.") { type, message, create };
        command.SetAction(async (parsed, token) =>
        {
            var session = Session.Open(terminal);
            var table = session.Options.Heartbeat;
            var at = await session.Recorder.RecordMomentAsync(RunKind.Heartbeat, session.Database.Database, new RunDetails { Server = session.Database.Places[0].ToString() },
                () => HeartbeatRunner.RunAsync(session.Database, table, parsed.GetValue(type)!, parsed.GetValue(message)!, parsed.GetValue(create), token));
            terminal.Say($"heartbeat written to {table.Table} in \"{session.Database.Database}\" at {at:yyyy-MM-dd HH:mm:ss.fff}Z ({parsed.GetValue(type)}, {parsed.GetValue(message)})");
            if (terminal.Json) CliJson.Write(terminal.Output, new HeartbeatDocument(session.Database.Database, table.Table, parsed.GetValue(type)!, parsed.GetValue(message)!, at), CliJson.Default.HeartbeatDocument);
            return 0;
        });
        return command.Teach(CommandGroup.EveryDay,
            ("tidemark heartbeat --create-table", "makes the table system_events where it is missing"),
            ("tidemark heartbeat --type NIGHTLY --message \"still here\"", "a row with words of yours"));
    }
}
