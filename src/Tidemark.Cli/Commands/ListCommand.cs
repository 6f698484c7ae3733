using System.CommandLine;
using Tidemark.Cli.Output;
using Tidemark.Dumps;

namespace Tidemark.Cli.Commands;

internal static class ListCommand
{
    public static Command Build(Terminal terminal)
    {
        var database = new Option<string?>("--database") { Description = "only backups of this database" };
        var command = new Command("list", "Show what is in the backup folder, newest first.") { database };
        command.SetAction(parsed =>
        {
            var session = Session.Open(terminal);
            var entries = new DumpCatalog(session.Folder).All().Where(entry => parsed.GetValue(database) is not { } only || entry.Database == only).ToList();
            if (terminal.Json) CliJson.Write(terminal.Output, new BackupsDocument([.. entries.Select(BackupDocument.Of)]), CliJson.Default.BackupsDocument);
            else if (!Directory.Exists(session.Folder.Root)) terminal.Say($"there is no folder {session.Folder.Root} yet (BACKUP_DIR); the first backup makes it: tidemark backup");
            else if (entries.Count == 0) terminal.Say($"no backups in {session.Folder.Root}; take one: tidemark backup");
            else Table(terminal, session, entries);
            return 0;
        });
        return command;
    }

    private static void Table(Terminal terminal, Session session, List<DumpEntry> entries)
    {
        var table = new TextTable("id", "recovery point (UTC)", "age", "database", "size", "state", "file");
        foreach (var entry in entries)
        {
            // A foreign file only knows when it was written.
            var time = entry.Manifest is null ? $"written {entry.Time.UtcDateTime:yyyy-MM-dd HH:mm}" : $"{entry.Time.UtcDateTime:yyyy-MM-dd HH:mm:ss}";
            table.Add(new Cell(entry.Id), new Cell(time), new Cell(Ages.InWords(session.Clock.GetUtcNow() - entry.Time)), new Cell(entry.Database ?? "?"), new Cell(Sizes.InWords(entry.Size)),
                new Cell(BackupDocument.StateOf(entry), entry.State == DumpState.Good ? Shade.Green : Shade.Yellow), new Cell(entry.Key));
        }
        table.Write(terminal);
        foreach (var entry in entries.Where(entry => entry.Finding is not null)) terminal.Say($"{entry.Key}: {entry.Finding}");
    }
}
