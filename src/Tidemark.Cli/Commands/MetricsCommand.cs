using System.CommandLine;
using System.Text;
using Tidemark.Cli.Output;
using Tidemark.Cli.Teaching;
using Tidemark.Files;
using Tidemark.Hosting;
using Tidemark.Journal;
using Tidemark.Notifications;
using Tidemark.Protection;
using Tidemark.Telemetry;
using Tidemark.Wal;

namespace Tidemark.Cli.Commands;

internal static class MetricsCommand
{
    public static Command Build(Terminal terminal)
    {
        var output = new Option<string?>("--output") { Description = "replace this file (mode 0644, whole or not at all) instead of printing: for the textfile collector of node_exporter, which reads *.prom" };
        var command = new Command("metrics", "Print the state of all databases in the text format of Prometheus.") { output };
        command.SetAction(async (parsed, token) =>
        {
            var session = Session.Open(terminal);
            var report = await session.Protection.ReadAsync(session.Options.Database?.Database, token);
            var tally = EventTally.Read(session.State);
            IReadOnlyList<MetricFamily> families = [.. ProtectionMetrics.Of(report, RunHistory.Read(session.State), tally, session.Options.Database?.Database), .. NoticesOf(session), .. await WalOfAsync(session, token)];
            foreach (var remark in report.Remarks) terminal.Remark(remark);
            if (tally.Finding is not null) terminal.Remark($"what was counted is not known: {tally.Finding}");
            if (parsed.GetValue(output) is { } file)
            {
                var path = Path.GetFullPath(file, terminal.Folder);
                if (!path.EndsWith(".prom", StringComparison.Ordinal)) terminal.Remark($"{path} does not end in .prom: node_exporter will not read it");
                RequireOurs(path);
                DurableFile.WriteReadable(path, Encoding.UTF8.GetBytes(ExpositionText.Of(families)));
            }
            if (terminal.Json) CliJson.Write(terminal.Output, MetricsDocument.Of(families), CliJson.Default.MetricsDocument);
            else if (parsed.GetValue(output) is null) terminal.Output.Write(ExpositionText.Of(families));
            return 0;
        });
        return command.Teach(CommandGroup.EveryDay,
            ("tidemark metrics", "what Prometheus reads"),
            ("tidemark metrics --output \"$BACKUP_DIR/tidemark.prom\"", "as a file, whole or not at all: for the textfile collector of node_exporter"));
    }

    /// <summary>A journal that cannot be read is told of above, and hides no other number.</summary>
    private static IReadOnlyList<MetricFamily> NoticesOf(Session session)
    {
        try
        {
            return NoticeMetrics.Of(NoticeReading.Read(session.State, session.Options.Notices, session.Clock), session.Clock.GetUtcNow());
        }
        catch (Fault)
        {
            return [];
        }
    }

    private static async Task<IReadOnlyList<MetricFamily>> WalOfAsync(Session session, CancellationToken token)
    {
        var reaches = await WalReachReader.ReadEachAsync(session.Stores.Objects, token);
        // Of a store that cannot be read the report has told; of a note that cannot, nobody has.
        foreach (var one in reaches.Where(one => one.Incarnation is not null && one.Failure is not null)) session.Terminal.Remark(one.Failure!);
        return [WalMetrics.Of(reaches, session.Clock.GetUtcNow()), .. await BaseStandingReader.ReadEachAsync(session.Workbench, token) is { Count: > 0 } bases ? BaseMetrics.Of(bases, session.Clock.GetUtcNow()) : []];
    }

    /// <summary>The file is replaced each time: a slip of the keyboard must not make it a backup.</summary>
    private static void RequireOurs(string path)
    {
        if (!Path.Exists(path)) return;
        using var file = RegularFile.OpenForReading(path);
        Span<byte> head = stackalloc byte[7];
        var read = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        if (read > 0 && !head[..read].SequenceEqual("# HELP "u8))
            throw new Fault(FaultCode.Refused, "this file holds no metrics, and is not overwritten") { Where = path, Why = "it does not begin with # HELP", Next = "name another file, or remove that one" };
    }
}
