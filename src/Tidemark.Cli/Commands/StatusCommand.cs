using System.CommandLine;
using Tidemark.Cli.Output;
using Tidemark.Cli.Teaching;
using Tidemark.Hosting;
using Tidemark.Protection;

namespace Tidemark.Cli.Commands;

internal static class StatusCommand
{
    public static Command Build(Terminal terminal)
    {
        var proof = new Option<bool>("--proof") { Description = "exit 12 for a late proof too, not only for a breached RPO" };
        var database = new Option<string?>("--database") { Description = "only this database" }.Completes(LiveValue.Databases);
        var command = new Command("status", "Show how well each database is protected, the worst first.") { proof, database };
        command.SetAction(async (parsed, token) =>
        {
            var session = Session.Open(terminal);
            var (report, kept, next, remarks, wal, bases) = await StatusReading.ReadAsync(session.Workbench, parsed.GetValue(database), token);
            if (parsed.GetValue(database) is { } only && report.Databases.Count == 0) throw await session.NothingOfAsync(only, token);
            if (terminal.Json) CliJson.Write(terminal.Output, StatusDocument.Of(report, session.Stores.Address, session.Options.Objectives, kept, next, remarks, wal, bases), CliJson.Default.StatusDocument);
            else Tell(terminal, report, kept, next, wal, bases);
            foreach (var remark in remarks) terminal.Remark(remark);
            return report.Databases.Any(one => one.Recovery.Breached || (parsed.GetValue(proof) && one.Proof.Breached)) ? FaultCode.ObjectiveBreached.ExitCode : 0;
        });
        return command.Teach(CommandGroup.Look,
            ("tidemark status", "how well each database is protected, the worst first"),
            ("tidemark status --json", "the same for a program"));
    }

    private static void Tell(Terminal terminal, ProtectionReport report, Func<DatabaseProtection, IReadOnlyList<KeptDatabase>> kept, Func<DatabaseProtection, string?> next, IReadOnlyList<WalStanding> wal, IReadOnlyList<BaseStanding> bases)
    {
        if (report.Databases.Count == 0) terminal.Say("no database is known; say which one, then back it up: export DATABASE_URL=postgresql://user@host/database");
        var table = new TextTable("", "", "", "");
        foreach (var one in report.Databases)
            StatusText.Add(table, one, kept(one), next(one), report.At, report.Databases.Count(other => other.Facts.Database == one.Facts.Database) > 1);
        StatusText.Add(table, wal, bases, report.At);
        table.Write(terminal);
    }
}
