using System.CommandLine;
using Tidemark.Cli.Output;
using Tidemark.Dumps;

namespace Tidemark.Cli.Commands;

internal static class AdoptCommand
{
    public static Command Build(Terminal terminal)
    {
        var path = new Argument<string?>("path") { Description = "one file in the backup folder (default: every foreign file in it)", Arity = ArgumentArity.ZeroOrOne };
        var database = new Option<string?>("--database") { Description = "the database they are of, where neither the file nor its folder tells" };
        var command = new Command("adopt", "Check dumps that somebody else made, and write their manifests: only then does retention see them.") { path, database };
        command.SetAction(async (parsed, token) =>
        {
            var session = Session.Open(terminal);
            await session.TidyAsync(null, token);
            var foreign = parsed.GetValue(path) is { } one ? [new DumpChoice(session.Folder).Find(one, null, terminal.Folder)]
                : new DumpCatalog(session.Folder).All().Where(entry => entry.State == DumpState.Foreign).ToList();
            var adopt = new AdoptRunner(session.Verifier, session.Folder, session.Clock);
            var adopted = new List<DumpEntry>();
            var refused = 0;
            foreach (var entry in foreign)
                try
                {
                    var progress = new ProgressLine<DumpProgress>(terminal, session.Clock, (at, _) => $"reading {entry.Key}: {Sizes.InWords(at.Stored)} of {Sizes.InWords(entry.Size)}");
                    var manifest = await progress.WhileAsync($"reading {entry.Key}", () => adopt.RunAsync(entry, parsed.GetValue(database) ?? session.Options.Database?.Database, progress, token));
                    adopted.Add(new DumpCatalog(session.Folder).OfFile(entry.Path));
                    terminal.Say($"adopted  {manifest.Id}  {manifest.File}: database \"{manifest.Database}\", {manifest.Rows.Count} tables, {manifest.Rows.Sum(table => table.Rows)} rows");
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
            if (foreign.Count == 0) terminal.Say($"no foreign dumps in {session.Folder.Root}");
            if (terminal.Json) CliJson.Write(terminal.Output, new BackupsDocument([.. adopted.Select(BackupDocument.Of)]), CliJson.Default.BackupsDocument);
            return refused == 0 ? 0 : adopted.Count == 0 ? FaultCode.Verification.ExitCode : FaultCode.Partly.ExitCode;
        });
        return command;
    }
}
