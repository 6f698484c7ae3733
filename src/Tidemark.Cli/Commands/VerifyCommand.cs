using System.CommandLine;
using Tidemark.Cli.Output;
using Tidemark.Dumps;

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
            // What is verified is the dump: a state folder that cannot be written is told, and changes no verdict.
            await TryAsync(terminal, "what earlier runs left was not tidied up", () => session.TidyAsync(null, token));
            var (entries, unseen) = parsed.GetValue(all) ? new DumpCatalog(session.Folder).Look()
                : new DumpListing([session.Choice.Find(parsed.GetValue(id) ?? "latest", parsed.GetValue(database) ?? session.Options.Database?.Database, terminal.Folder)], []);
            foreach (var part in unseen) terminal.Remark($"warning: {part}");
            if (entries.Count == 0) throw new Fault(FaultCode.NotFound, "there is nothing to verify") { Where = session.Folder.Root, Next = "tidemark backup" };
            var reports = new List<VerifyReport>();
            foreach (var entry in entries)
            {
                var progress = new ProgressLine<DumpProgress>(terminal, session.Clock, (at, _) => $"reading {entry.Key}: {Sizes.InWords(at.Stored)} of {Sizes.InWords(entry.Size)}");
                var report = await progress.WhileAsync($"reading {entry.Key}", () => ReadAsync(session.Verifier, entry, entries.Count > 1, progress, token));
                // A foreign file stays as it was found: nothing is written beside it before it is adopted.
                if (entry.Manifest is not null && entry.State != DumpState.Missing) await TryAsync(terminal, "the outcome could not be noted beside the backup, so list does not show it", () =>
                    {
                        session.Verifier.Mark(report);
                        return Task.CompletedTask;
                    });
                reports.Add(report);
                Tell(terminal, report);
            }
            if (terminal.Json)
                CliJson.Write(terminal.Output, new VerifyDocument([.. reports.Select(report => new VerifiedDocument(report.Entry.Id, report.Entry.Key, report.Passed, report.Sha256.Length == 0 ? null : report.Sha256,
                    report.Contents?.Tables.Count ?? 0, report.Contents?.Tables.Sum(table => table.Rows) ?? 0, report.Faults))]), CliJson.Default.VerifyDocument);
            return !reports.All(report => report.Passed) ? FaultCode.Verification.ExitCode : unseen.Count > 0 ? FaultCode.Partly.ExitCode : 0;
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

    private static async Task TryAsync(Terminal terminal, string otherwise, Func<Task> step)
    {
        try
        {
            await step();
        }
        catch (Fault unwritable) when (unwritable.Code == FaultCode.Store || unwritable.Code == FaultCode.DiskFull)
        {
            terminal.Remark($"warning: {otherwise}: {unwritable.What}{(unwritable.Where is { } where ? $" ({where})" : "")}{(unwritable.Why is { } why ? $": {why}" : "")}");
        }
    }

    private static void Tell(Terminal terminal, VerifyReport report)
    {
        terminal.Say(report.Passed
            ? $"whole    {report.Entry.Id}  {report.Entry.Key}: {report.Contents!.Tables.Count} tables, {report.Contents.Tables.Sum(table => table.Rows)} rows, trailer seen{(report.Entry.Manifest is null ? "; no manifest to compare with" : ", as in its manifest")}"
            : $"DAMAGED  {report.Entry.Id}  {report.Entry.Key}");
        foreach (var fault in report.Faults) terminal.Say($"         {fault}");
    }
}
