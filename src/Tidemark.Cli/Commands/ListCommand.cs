using System.CommandLine;
using Tidemark.BaseBackups;
using Tidemark.Cli.Output;
using Tidemark.Cli.Teaching;
using Tidemark.Dumps;
using Tidemark.Hosting;
using Tidemark.Retention;

namespace Tidemark.Cli.Commands;

internal static class ListCommand
{
    public static Command Build(Terminal terminal)
    {
        var database = new Option<string?>("--database") { Description = "only backups of this database" }.Completes(LiveValue.Databases);
        var command = new Command("list", "Show all backups, newest first.") { database };
        command.SetAction(async (parsed, token) =>
        {
            var session = Session.Open(terminal);
            var (all, unseen) = await session.Stores.LookAsync(token);
            var entries = all.Where(entry => parsed.GetValue(database) is not { } only || entry.Database == only).ToList();
            foreach (var part in unseen) terminal.Remark($"warning: {part}");
            var bases = parsed.GetValue(database) is null ? await session.BasesAsync(token) : [];
            if (entries.Count == 0 && parsed.GetValue(database) is { } named && named != session.Options.Database?.Database) throw await session.NothingOfAsync(named, token);
            if (terminal.Json) CliJson.Write(terminal.Output, new BackupsDocument([.. await BackupDocument.AllAsync(entries, token), .. bases.Select(one => BaseDocuments.Of(one, session.Clock.GetUtcNow()))], unseen.Count == 0 ? null : unseen), CliJson.Default.BackupsDocument);
            else if (session.Stores.All is [{ Folder: { } folder }] && !Directory.Exists(folder)) terminal.Say($"there is no folder {folder} yet (BACKUP_DIR); the first backup makes it: tidemark backup");
            else if (entries.Count + bases.Count == 0) terminal.Say($"no backups in {session.Stores.Address}; take one: tidemark backup");
            else await TableAsync(terminal, session, entries, bases, token);
            return 0;
        });
        return command.Teach(CommandGroup.Look,
            ("tidemark list", "every backup: id, recovery point, age, size, whether it is good"),
            ("tidemark list --json", "the same for a program"));
    }

    private static async Task TableAsync(Terminal terminal, Session session, List<DumpEntry> entries, IReadOnlyList<StoredBackup> bases, CancellationToken token)
    {
        var table = new TextTable("id", "recovery point (UTC)", "age", "database", "size", "state", "file");
        var now = session.Clock.GetUtcNow();
        foreach (var entry in entries)
        {
            // A foreign file only knows when it was written.
            var time = entry.Manifest is null ? $"written {entry.Time.UtcDateTime:yyyy-MM-dd HH:mm}" : $"{entry.Time.UtcDateTime:yyyy-MM-dd HH:mm:ss}";
            var state = BackupDocument.StateOf(entry) + Copies(entry, session.Stores.All.Count) + (await Pins.OfAsync(entry, token) is { } pin && pin.Holds(now) ? ", pinned" : "") + (entry.IsAhead(now) ? ", in the future" : "");
            table.Add(new Cell(entry.Id), new Cell(time), new Cell(entry.IsAhead(now) ? $"in {Ages.InWords(entry.Time - now)}" : Ages.InWords(now - entry.Time)), new Cell(entry.Database ?? "?"), new Cell(Sizes.InWords(entry.Size)),
                new Cell(state, entry.State == DumpState.Good && !entry.IsAhead(now) ? Shade.Green : Shade.Yellow), new Cell(entry.Key));
        }
        foreach (var one in bases)
            table.Add(new Cell(one.Id), new Cell(one.RecoveryPoint is { } point ? $"{point.UtcDateTime:yyyy-MM-dd HH:mm:ss}" : "?"), new Cell(one.RecoveryPoint is { } at ? Ages.InWords(now - at) : "?"), new Cell("(whole server)"),
                new Cell(Sizes.InWords(one.Entry.Refs?.PackBytes ?? 0)), new Cell(BaseDocuments.StateOf(one, now) + (one.Entry.Refs?.Parent is { } parent ? $", on {parent}" : "") + (BaseDocuments.PinOf(one, now) is null ? "" : ", pinned"), one.Entry.State == BaseState.Complete ? Shade.Green : Shade.Yellow), new Cell(one.Key[..one.Key.LastIndexOf('/')]));
        table.Write(terminal);
        foreach (var copy in entries.SelectMany(entry => entry.Copies).Where(copy => copy.State is DumpState.Damaged or DumpState.Missing && session.Stores.All.Count > 1)) terminal.Say($"{copy.Path} is {BackupDocument.StateOf(copy)}");
        foreach (var entry in entries.Where(entry => entry.Finding is not null)) terminal.Say($"{entry.Key}: {entry.Finding}");
        foreach (var one in bases.Where(one => one.Entry.Why is not null)) terminal.Say($"{one.Id}: {one.Entry.Why}");
    }

    /// <summary>Empty where all stores have it.</summary>
    private static string Copies(DumpEntry entry, int stores) => entry.Copies.Count(copy => copy.State == entry.State) is var same && same < stores && entry.Manifest is not null ? $" in {same} of {stores} stores" : "";
}
