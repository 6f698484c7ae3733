using System.CommandLine;
using Tidemark.BaseBackups;
using Tidemark.Cli.Output;
using Tidemark.Cli.Teaching;
using Tidemark.Dumps;
using Tidemark.Runs;

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
            await TidyAsync(session, token);
            var wanted = parsed.GetValue(id) ?? "latest";
            var of = parsed.GetValue(database) ?? session.Options.Database?.Database;
            var everything = parsed.GetValue(all);
            IReadOnlyList<StoredBackup> bases = everything ? await session.BasesAsync(token) : await session.FindBaseAsync(wanted, token) is { } meant ? [meant] : [];
            var verified = new List<BaseVerifyReport>();
            foreach (var backup in bases) verified.Add(await ReadBaseAsync(session, backup, token));
            if (bases.Count > 0 && (!everything || (await session.Stores.LookAsync(token)).Entries.Count == 0))
            {
                if (terminal.Json) CliJson.Write(terminal.Output, new VerifyDocument([.. verified.Select(DocumentOf)]), CliJson.Default.VerifyDocument);
                return verified.All(report => report.Passed) ? 0 : FaultCode.Verification.ExitCode;
            }
            // Without a backup folder there is no history: a file from elsewhere is looked at, and nothing is made.
            var recorded = session.Stores.All.Any(store => store.Folder is null || Directory.Exists(store.Folder));
            // That no good backup is there is worth a record; that somebody mistyped an id is not.
            var (entries, unseen) = recorded && (everything || wanted == "latest")
                ? await session.Recorder.RecordFailureAsync(RunKind.Verify, everything ? "all" : of ?? "", ChosenAsync)
                : await ChosenAsync();
            foreach (var part in unseen) terminal.Remark($"warning: {part}");

            var verification = new VerifyRun(session.Recorder, session.Verifier, terminal.Remark);
            var reports = recorded ? await verification.RunAsync(everything ? "all" : entries[0].Database ?? "", entries, ReadAsync, token) : await verification.ReadAllAsync(entries, ReadAsync, token);
            if (terminal.Json)
                CliJson.Write(terminal.Output, new VerifyDocument([.. verified.Select(DocumentOf), .. reports.Select(report => new VerifiedDocument(report.Entry.Id, report.Entry.Key, report.Passed, report.Sha256.Length == 0 ? null : report.Sha256,
                    report.Contents?.Tables.Count ?? 0, report.Contents?.Tables.Sum(table => table.Rows) ?? 0, report.Faults))]), CliJson.Default.VerifyDocument);
            foreach (var report in reports) Tell(terminal, report);
            return !reports.All(report => report.Passed) || !verified.All(report => report.Passed) ? FaultCode.Verification.ExitCode : unseen.Count > 0 ? FaultCode.Partly.ExitCode : 0;

            async Task<DumpListing> ChosenAsync()
            {
                var (chosen, missed) = everything ? await session.Stores.LookAsync(token) : new DumpListing([await session.Choice.FindAsync(wanted, of, terminal.Folder, token)], []);
                // Every copy is a file of its own, and may be damaged alone.
                return chosen.Count > 0 ? new DumpListing([.. chosen.SelectMany(entry => entry.Copies)], missed) : throw new Fault(FaultCode.NotFound, "there is nothing to verify") { Where = session.Stores.Address, Next = "tidemark backup" };
            }

            Task<VerifyReport> ReadAsync(DumpEntry entry, CancellationToken stop)
            {
                var progress = new ProgressLine<DumpProgress>(terminal, session.Clock, (at, _) => $"reading {entry.Key}: {Sizes.InWords(at.Stored)} of {Sizes.InWords(entry.Size)}");
                return progress.WhileAsync($"reading {entry.Key}", () => session.Verifier.RunAsync(entry, session.Keys, progress, stop));
            }
        });
        return command.Teach(CommandGroup.Look,
            ("tidemark verify", "reads the newest good backup again"),
            ("tidemark verify --all", "reads every backup; exits 10 when one is damaged"));
    }

    private static async Task<BaseVerifyReport> ReadBaseAsync(Session session, StoredBackup backup, CancellationToken token)
    {
        var progress = new ProgressLine<BaseProgress>(session.Terminal, session.Clock, (at, elapsed) => $"{backup.Id}: {ProgressWords.Of(at, elapsed)}");
        var report = await progress.WhileAsync($"reading {backup.Id}", () => BaseVerifyRun.RunAsync(session.Recorder, backup, session.Keys, session.State, session.Clock, progress, token));
        BaseText.Tell(session.Terminal, report);
        return report;
    }

    private static VerifiedDocument DocumentOf(BaseVerifyReport report) => new(report.Backup.Id, report.Backup.Key, report.Passed, null, 0, 0, report.Faults);

    /// <summary>What is verified is the dump: a state folder that cannot be written is told, and changes no verdict.</summary>
    private static async Task TidyAsync(Session session, CancellationToken token)
    {
        try
        {
            await session.TidyAsync(null, token);
        }
        catch (Fault unwritable) when (unwritable.Code == FaultCode.Store || unwritable.Code == FaultCode.DiskFull)
        {
            session.Terminal.Remark($"warning: what earlier runs left was not tidied up: {unwritable.InOneLine}");
        }
    }

    private static void Tell(Terminal terminal, VerifyReport report)
    {
        terminal.Say(report.Passed
            ? $"whole    {report.Entry.Id}  {report.Entry.Key}: {Sizes.Count(report.Contents!.Tables.Count, "table")}, {Sizes.Count(report.Contents.Tables.Sum(table => table.Rows), "row")}, trailer seen{(report.Entry.Manifest is null ? "; no manifest to compare with" : ", as in its manifest")}"
            : $"DAMAGED  {report.Entry.Id}  {report.Entry.Key}");
        foreach (var fault in report.Faults) terminal.Say($"         {fault}");
    }
}
