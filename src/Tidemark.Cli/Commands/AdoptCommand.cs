using System.CommandLine;
using Tidemark.Cli.Output;
using Tidemark.Cli.Teaching;
using Tidemark.Dumps;
using Tidemark.Hosting;
using Tidemark.Runs;

namespace Tidemark.Cli.Commands;

internal static class AdoptCommand
{
    public static Command Build(Terminal terminal)
    {
        var path = new Argument<string?>("path") { Description = "one file in the backup folder (default: every foreign file in it)", Arity = ArgumentArity.ZeroOrOne }.Completes(LiveValue.ForeignFiles);
        var database = new Option<string?>("--database") { Description = "the database they are of, where neither the file nor its folder tells" }.Completes(LiveValue.Databases);
        var command = new Command("adopt", "Check dumps that somebody else made, and write their manifests: only then does retention see them.") { path, database };
        command.SetAction(async (parsed, token) =>
        {
            var session = Session.Open(terminal);
            await session.TidyAsync(null, token);
            var foreign = parsed.GetValue(path) is { } one ? [await session.Choice.FindAsync(one, null, terminal.Folder, token)]
                : await ForeignAsync(session, token);
            var adopt = new AdoptRunner(session.Verifier, session.Stores, session.Keys, session.Clock);
            var adopted = new List<DumpEntry>();
            var refused = 0;
            foreach (var entry in foreign)
                try
                {
                    var progress = new ProgressLine<DumpProgress>(terminal, session.Clock, (at, _) => $"reading {entry.Key}: {Sizes.InWords(at.Stored)} of {Sizes.InWords(entry.Size)}");
                    var manifest = await progress.WhileAsync($"reading {entry.Key}", () => session.Recorder.RecordAsync(RunKind.Adopt, entry.Database ?? parsed.GetValue(database) ?? session.Options.Database?.Database ?? "", async run =>
                    {
                        run.Details = new RunDetails { File = entry.Key };
                        var adopting = await adopt.RunAsync(entry, parsed.GetValue(database), session.Options.Database?.Database, progress, token);
                        run.Details = run.Details with { BackupId = adopting.Id };
                        return adopting;
                    }));
                    adopted.Add(await new DumpCatalog(entry.Store).OfKeyAsync(entry.Key, outside: false, token));
                    terminal.Say($"adopted  {manifest.Id}  {manifest.File}: database \"{manifest.Database}\", {Sizes.Count(manifest.Rows.Count, "table")}, {Sizes.Count(manifest.Rows.Sum(table => table.Rows), "row")}");
                    foreach (var gap in manifest.Gaps.Where(gap => gap.Kind != CoverageGap.Adopted)) terminal.Say($"         {gap.Kind} {gap.Object}: {gap.Why}");
                    if (manifest.Gaps.Any(gap => gap.Kind == CoverageGap.NoData)) terminal.Say("         not good: it is never latest; restore it by its id");
                    if (session.Options.Retention.Days is { } days && manifest.RecoveryPoint < session.Clock.GetUtcNow() - TimeSpan.FromDays(days))
                        terminal.Remark($"{manifest.File} is older than {days} days: the next backup of \"{manifest.Database}\" removes it, unless it is the newest good adopted one or another rule keeps it; pin it (tidemark pin {manifest.Id} --reason \"…\"), copy it elsewhere or raise BACKUP_RETENTION_DAYS");
                }
                catch (Fault fault) when (foreign.Count > 1)
                {
                    refused++;
                    FaultText.TellTalk(terminal, fault);
                }
            if (foreign.Count == 0) terminal.Say($"no foreign dumps in {session.Stores.Address}");
            if (terminal.Json) CliJson.Write(terminal.Output, new BackupsDocument(await BackupDocument.AllAsync(adopted, token)), CliJson.Default.BackupsDocument);
            return refused == 0 ? 0 : adopted.Count == 0 ? FaultCode.Verification.ExitCode : FaultCode.Partly.ExitCode;
        });
        return command.Teach(CommandGroup.BackUp,
            ("pg_dump --format=custom --file=\"$BACKUP_DIR/by-hand.dump\" \"$DATABASE_URL\"", "a dump that Tidemark has not made"),
            ("tidemark adopt by-hand.dump", "reads it to its end and writes its manifest"),
            ("tidemark adopt", "every such dump in the folder"));
    }

    private static async Task<List<DumpEntry>> ForeignAsync(Session session, CancellationToken token)
    {
        var (entries, unseen) = await session.Stores.LookAsync(token);
        foreach (var part in unseen) session.Terminal.Remark($"warning: {part}");
        return [.. entries.Where(entry => entry.State == DumpState.Foreign)];
    }
}
