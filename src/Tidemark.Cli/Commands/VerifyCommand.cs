using System.CommandLine;
using Tidemark.Cli.Output;
using Tidemark.Cli.Teaching;
using Tidemark.Dumps;

namespace Tidemark.Cli.Commands;

internal static class VerifyCommand
{
    public static Command Build(Terminal terminal)
    {
        var id = new Argument<string?>("id") { Description = "id, file name, unique prefix, path, or latest (default)", Arity = ArgumentArity.ZeroOrOne }.Completes(LiveValue.Backups);
        var all = new Option<bool>("--all") { Description = "every backup in the folder" };
        var database = new Option<string?>("--database") { Description = "for latest: of which database" }.Completes(LiveValue.Databases);
        var command = new Command("verify", "Read a backup again from end to end: hash, full parse, trailer, rows of every table.") { id, all, database };
        command.SetAction(async (parsed, token) =>
        {
            var session = Session.Open(terminal);
            await session.TidyAsync(null, token);
            IReadOnlyList<DumpEntry> entries = parsed.GetValue(all) ? new DumpCatalog(session.Folder).All()
                : [new DumpChoice(session.Folder).Find(parsed.GetValue(id) ?? "latest", parsed.GetValue(database) ?? session.Options.Database?.Database, terminal.Folder)];
            if (entries.Count == 0) throw new Fault(FaultCode.NotFound, "there is nothing to verify") { Where = session.Folder.Root, Next = "tidemark backup" };
            var reports = new List<VerifyReport>();
            foreach (var entry in entries)
            {
                var progress = new ProgressLine<DumpProgress>(terminal, session.Clock, (at, _) => $"reading {entry.Key}: {Sizes.InWords(at.Stored)} of {Sizes.InWords(entry.Size)}");
                var report = await progress.WhileAsync($"reading {entry.Key}", () => ReadAsync(session.Verifier, entry, entries.Count > 1, progress, token));
                // A foreign file stays as it was found: nothing is written beside it before it is adopted.
                if (entry.Manifest is not null && entry.State != DumpState.Missing) session.Verifier.Mark(report);
                reports.Add(report);
                Tell(terminal, report);
            }
            if (terminal.Json)
                CliJson.Write(terminal.Output, new VerifyDocument([.. reports.Select(report => new VerifiedDocument(report.Entry.Id, report.Entry.Key, report.Passed, report.Sha256,
                    report.Contents?.Tables.Count ?? 0, report.Contents?.Tables.Sum(table => table.Rows) ?? 0, report.Faults))]), CliJson.Default.VerifyDocument);
            return reports.All(report => report.Passed) ? 0 : FaultCode.Verification.ExitCode;
        });
        return command.Teach(CommandGroup.Look,
            ("tidemark verify", "reads the newest good backup again"),
            ("tidemark verify --all", "reads every backup; exits 10 when one is damaged"));
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

    private static void Tell(Terminal terminal, VerifyReport report)
    {
        terminal.Say(report.Passed
            ? $"whole    {report.Entry.Id}  {report.Entry.Key}: {report.Contents!.Tables.Count} tables, {report.Contents.Tables.Sum(table => table.Rows)} rows, trailer seen{(report.Entry.Manifest is null ? "; no manifest to compare with" : ", as in its manifest")}"
            : $"DAMAGED  {report.Entry.Id}  {report.Entry.Key}");
        foreach (var fault in report.Faults) terminal.Say($"         {fault}");
    }
}
