using System.CommandLine;
using Tidemark.Cli.Output;
using Tidemark.Dumps;
using Tidemark.Runs;

namespace Tidemark.Cli.Commands;

internal static class VerifyCommand
{
    public static Command Build(Terminal terminal)
    {
        var id = new Argument<string?>("id") { Description = "id, file name, unique prefix, path, or latest (default)", Arity = ArgumentArity.ZeroOrOne };
        var all = new Option<bool>("--all") { Description = "every backup in the folder" };
        var database = new Option<string?>("--database") { Description = "for latest: of which database" };
        var command = new Command("verify", "Read a backup again from end to end: hash, full parse, trailer, rows of every table.") { id, all, database };
        command.SetAction(async (parsed, token) =>
        {
            var session = Session.Open(terminal);
            await session.TidyAsync(null, token);
            var wanted = parsed.GetValue(id) ?? "latest";
            var of = parsed.GetValue(database) ?? session.Options.Database?.Database;
            // Without a backup folder there is no history: a file from elsewhere is looked at, and nothing is made.
            var recorded = Directory.Exists(session.Folder.Root);
            // That no good backup is there is worth a record; that somebody mistyped an id is not.
            var entries = recorded && (parsed.GetValue(all) || wanted == "latest")
                ? await session.Recorder.RecordFailureAsync(RunKind.Verify, parsed.GetValue(all) ? "all" : of ?? "", () => Task.FromResult(Chosen()))
                : Chosen();
            var reports = new List<VerifyReport>();
            if (recorded) await session.Recorder.RecordAsync(RunKind.Verify, parsed.GetValue(all) ? "all" : entries[0].Database ?? "", RecordedAsync);
            else await ReadAllAsync();
            if (terminal.Json)
                CliJson.Write(terminal.Output, new VerifyDocument([.. reports.Select(report => new VerifiedDocument(report.Entry.Id, report.Entry.Key, report.Passed, report.Sha256,
                    report.Contents?.Tables.Count ?? 0, report.Contents?.Tables.Sum(table => table.Rows) ?? 0, report.Faults))]), CliJson.Default.VerifyDocument);
            return reports.All(report => report.Passed) ? 0 : FaultCode.Verification.ExitCode;

            IReadOnlyList<DumpEntry> Chosen()
            {
                IReadOnlyList<DumpEntry> chosen = parsed.GetValue(all) ? new DumpCatalog(session.Folder).All() : [new DumpChoice(session.Folder).Find(wanted, of, terminal.Folder)];
                return chosen.Count > 0 ? chosen : throw new Fault(FaultCode.NotFound, "there is nothing to verify") { Where = session.Folder.Root, Next = "tidemark backup" };
            }

            async Task<int> RecordedAsync(RunContext run)
            {
                if (entries is [var single]) run.Details = new RunDetails { BackupId = single.Id, File = single.Key };
                await ReadAllAsync();
                foreach (var report in reports) run.Log($"{(report.Passed ? "whole" : "DAMAGED")} {report.Entry.Id} {report.Entry.Key}{string.Concat(report.Faults.Select(fault => $"; {fault}"))}");
                run.Details = run.Details with { Finding = FindingOf(reports) };
                return reports.Count;
            }

            async Task ReadAllAsync()
            {
                foreach (var entry in entries)
                {
                    var progress = new ProgressLine<DumpProgress>(terminal, session.Clock, (at, _) => $"reading {entry.Key}: {Sizes.InWords(at.Stored)} of {Sizes.InWords(entry.Size)}");
                    var report = await progress.WhileAsync($"reading {entry.Key}", () => ReadAsync(session.Verifier, entry, entries.Count > 1, progress, token));
                    // A foreign file stays as it was found: nothing is written beside it before it is adopted.
                    if (entry.Manifest is not null && entry.State != DumpState.Missing) session.Verifier.Mark(report);
                    reports.Add(report);
                    Tell(terminal, report);
                }
            }
        });
        return command;
    }

    /// <summary>Of several, one that cannot be read at all does not keep the others from being read.</summary>
    private static async Task<VerifyReport> ReadAsync(VerifyRunner verifier, DumpEntry entry, bool oneOfSeveral, IProgress<DumpProgress> progress, CancellationToken token)
    {
        try
        {
            return await verifier.RunAsync(entry, progress, token);
        }
        catch (Fault fault) when (oneOfSeveral && (fault.Code == FaultCode.WrongMagic || fault.Code == FaultCode.Store))
        {
            return new VerifyReport(entry, null, "", [fault.Why is null ? fault.What : $"{fault.What}: {fault.Why}"]);
        }
    }

    /// <summary>Null when all are whole.</summary>
    private static Fault? FindingOf(List<VerifyReport> reports)
    {
        var damaged = reports.Where(report => !report.Passed).ToList();
        return damaged.Count == 0 ? null : new Fault(FaultCode.Verification, reports.Count == 1 ? "the backup is damaged" : $"{damaged.Count} of {reports.Count} backups {(damaged.Count == 1 ? "is" : "are")} damaged")
        {
            Where = string.Join(", ", damaged.Select(report => report.Entry.Key)),
            Why = string.Join("; ", damaged[0].Faults),
            Left = "a damaged backup is never latest",
            Next = "tidemark backup",
        };
    }

    private static void Tell(Terminal terminal, VerifyReport report)
    {
        terminal.Say(report.Passed
            ? $"whole    {report.Entry.Id}  {report.Entry.Key}: {report.Contents!.Tables.Count} tables, {report.Contents.Tables.Sum(table => table.Rows)} rows, trailer seen{(report.Entry.Manifest is null ? "; no manifest to compare with" : ", as in its manifest")}"
            : $"DAMAGED  {report.Entry.Id}  {report.Entry.Key}");
        foreach (var fault in report.Faults) terminal.Say($"         {fault}");
    }
}
