using System.CommandLine;
using Tidemark.Cli.Output;
using Tidemark.Cli.Teaching;
using Tidemark.Hosting;
using Tidemark.Runs;
using Tidemark.Wal.Receiving;

namespace Tidemark.Cli.Commands;

internal static class WalReceiveCommand
{
    public static Command Build(Terminal terminal)
    {
        var command = new Command("receive", "Take WAL from the server as it is written, until stopped.");
        command.SetAction(async (_, token) =>
        {
            var session = Session.Open(terminal);
            using var folders = WorkFolders.Hold(session.Workbench, terminal.Remark);
            var intake = new WalIntake(session.Database, session.State, session.Options.Wal, session.Stores.Objects, session.Keys, session.Clock, terminal.Remark);
            await session.Recorder.RecordAsync(RunKind.WalReceive, session.Database.Database, async run =>
            {
                using var both = CancellationTokenSource.CreateLinkedTokenSource(token, run.Stop);
                var (system, size) = await intake.AskAsync(both.Token);
                await intake.RunAsync(system, size, both.Token);
                run.Stop.ThrowIfCancellationRequested();
                return true;
            });
            var report = intake.State.Report;
            terminal.Say($"stopped; timeline {report.Timeline.Value} is received up to {report.Durable}");
            if (terminal.Json) CliJson.Write(terminal.Output, WalReceiveDocument.Of(report), CliJson.Default.WalReceiveDocument);
            return 0;
        });
        return command.Teach(CommandGroup.BackUp,
            ("tidemark wal receive", "until Ctrl-C; its slot is made on the server where it is missing"),
            ("BACKUP_WAL_SYNCHRONOUS=yes tidemark wal receive", "for synchronous_standby_names = 'tidemark'"));
    }
}

/// <param name="Server">Host and port.</param>
/// <param name="Timeline">The last that was received.</param>
/// <param name="Received">The first byte that has not come.</param>
/// <param name="Durable">The first byte that is not on our disk.</param>
/// <param name="Bytes">Received by this process.</param>
internal sealed record WalReceiveDocument(string? Server, uint Timeline, string Received, string Durable, long Bytes)
{
    public static WalReceiveDocument Of(ReceiverReport report) => new(report.Server, report.Timeline.Value, $"{report.Received}", $"{report.Durable}", report.Bytes);
}
