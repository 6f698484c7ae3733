using System.CommandLine;
using Tidemark.Cli.Output;
using Tidemark.Cli.Teaching;
using Tidemark.Dumps;
using Tidemark.Processes;
using Tidemark.Runs;

namespace Tidemark.Cli.Commands;

internal static class DownloadCommand
{
    public static Command Build(Terminal terminal)
    {
        var id = new Argument<string>("id") { Description = "id, file name, unique prefix, or latest" }.Completes(LiveValue.Backups);
        var to = new Option<string?>("--to") { Description = "the folder (default: the working folder)", HelpName = "FOLDER" };
        var decrypt = new Option<bool>("--decrypt") { Description = "leave it there as it was before it was encrypted" };
        var command = new Command("download", "Bring a backup out of its store, as files that pg_restore, psql, gzip and age read.") { id, to, decrypt };
        command.SetAction(async (parsed, token) =>
        {
            var session = Session.Open(terminal);
            var found = await session.Choice.FindAsync(parsed.GetValue(id)!, session.Options.Database?.Database, terminal.Folder, token);
            var entry = found.Copies.OrderBy(copy => copy.State).First();
            var path = await session.Recorder.RecordAsync(RunKind.Download, entry.Database ?? "", async run =>
            {
                var folder = Path.GetFullPath(parsed.GetValue(to) ?? ".", terminal.Folder);
                run.Details = new RunDetails { BackupId = entry.Id, File = entry.Key, Target = folder };
                var progress = new ProgressLine<DumpProgress>(terminal, session.Clock, (at, _) => $"downloading {entry.Key}: {Sizes.InWords(at.Stored)} of {Sizes.InWords(entry.Size)}");
                return await progress.WhileAsync($"downloading {entry.Key}", () => new DownloadRunner(session.Keys, session.Clock).RunAsync(entry, folder, parsed.GetValue(decrypt), progress, token));
            });
            terminal.Say($"downloaded {entry.Id}: {path}{(entry.Manifest is null ? "" : ", compared with its manifest")}");
            terminal.Say($"  try next        tidemark restore {ShellWord.Quote(path)}");
            if (terminal.Json) CliJson.Write(terminal.Output, new DownloadDocument(entry.Id, path, new FileInfo(path).Length), CliJson.Default.DownloadDocument);
            return 0;
        });
        return command.Teach(CommandGroup.GetBack,
            ("tidemark download latest --to /tmp/for-the-auditor", "the file, its manifest and the roles, into a folder"),
            ("tidemark download latest --decrypt --to /tmp/plain", "decrypted on the way"));
    }
}
