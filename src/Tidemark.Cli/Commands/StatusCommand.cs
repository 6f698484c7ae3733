using System.CommandLine;
using Tidemark.Cli.Output;
using Tidemark.Cli.Teaching;
using Tidemark.Notifications;
using Tidemark.Processes;
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
            var report = await session.Protection.ReadAsync(session.Options.Database?.Database, token);
            if (parsed.GetValue(database) is { } only)
            {
                report = report with { Databases = [.. report.Databases.Where(one => one.Facts.Database == only)] };
                if (report.Databases.Count == 0) throw await session.NothingOfAsync(only, token);
            }
            var (kept, unmeasured) = await KeptAsync(session, token);
            IReadOnlyList<string> remarks = [.. report.Remarks, .. unmeasured is null ? Array.Empty<string>() : [unmeasured], .. UntoldBy(session)];
            IReadOnlyList<KeptDatabase> KeptOf(DatabaseProtection one) => [.. kept.Where(old => old.Swap.Database == one.Facts.Database && (one.Facts.Server is null || one.Facts.Server == old.Swap.SystemIdentifier))];
            string? NextOf(DatabaseProtection one) => Next(one, report.At, session);
            if (terminal.Json) CliJson.Write(terminal.Output, StatusDocument.Of(report, session.Stores.Address, session.Options.Objectives, KeptOf, NextOf, remarks), CliJson.Default.StatusDocument);
            else Tell(terminal, report, KeptOf, NextOf);
            foreach (var remark in remarks) terminal.Remark(remark);
            return report.Databases.Any(one => one.Recovery.Breached || (parsed.GetValue(proof) && one.Proof.Breached)) ? FaultCode.ObjectiveBreached.ExitCode : 0;
        });
        return command.Teach(CommandGroup.Look,
            ("tidemark status", "how well each database is protected, the worst first"),
            ("tidemark status --json", "the same for a program"));
    }

    /// <summary>A record that cannot be read must not hide the state of the databases.</summary>
    private static async Task<(IReadOnlyList<KeptDatabase> Kept, string? Remark)> KeptAsync(Session session, CancellationToken token)
    {
        try
        {
            return await KeptDatabaseReader.MeasureAsync(session.Options.Database, KeptDatabase.Recorded(session.State), token);
        }
        catch (Fault unreadable)
        {
            return ([], $"kept databases are not known: {unreadable.What}: {unreadable.Where}");
        }
    }

    /// <summary>Channels that take no notices. A journal that cannot be read is among the remarks already.</summary>
    private static IEnumerable<string> UntoldBy(Session session)
    {
        try
        {
            return NoticeReading.Read(session.State, session.Options.Notices, session.Clock).Failing.Select(failing => $"notices do not arrive: {failing.InWords}; try: tidemark notify test");
        }
        catch (Fault)
        {
            return [];
        }
    }

    private static void Tell(Terminal terminal, ProtectionReport report, Func<DatabaseProtection, IReadOnlyList<KeptDatabase>> kept, Func<DatabaseProtection, string?> next)
    {
        if (report.Databases.Count == 0) terminal.Say("no database is known; say which one, then back it up: export DATABASE_URL=postgresql://user@host/database");
        var table = new TextTable("", "", "", "");
        foreach (var one in report.Databases)
            StatusText.Add(table, one, kept(one), next(one), report.At, report.Databases.Count(other => other.Facts.Database == one.Facts.Database) > 1);
        table.Write(terminal);
    }

    /// <summary>What to type; null where nothing can be done by a command.</summary>
    private static string? Next(DatabaseProtection one, DateTimeOffset now, Session session)
    {
        // A backup does not make a slow restore faster.
        if (RecoveryLine.Of(one.Facts with { Forecast = null }, session.Options.Objectives, now).State == ProtectionState.Protected) return null;
        if (one.Facts.Unseen > 0) return "tidemark doctor";
        if (RecoveryLine.Unchecked(one.Facts.Backups, one.RecoveryPoint) is { } newer) return $"tidemark verify {newer.Id}";
        return one.Facts.Database == session.Options.Database?.Database ? "tidemark backup" : $"tidemark backup --database {ShellWord.Quote(one.Facts.Database)}";
    }
}
