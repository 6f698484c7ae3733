using Tidemark.Cli.Commands;
using Tidemark.Cli.Output;
using Tidemark.Configuration;
using Tidemark.Dumps;
using Tidemark.Hosting;
using Tidemark.Storage;

namespace Tidemark.Cli.Teaching;

/// <summary>Looks up what a shell offers: files of the backup folder only. No server is asked, nothing is written.</summary>
internal static class LiveValues
{
    public static IEnumerable<Candidate> Of(LiveValue live, Terminal terminal)
    {
        // An address in the configuration may be a command to run, which must not happen at a keypress: a flag takes its place.
        var session = Session.Open(terminal, new Dictionary<string, string> { [SettingCatalogue.DatabaseUrl.Name] = "dbname=postgres" });
        // Nor is a network: only folders are looked at, which answer at once.
        var stores = session.Options.Stores.Where(store => store.Kind == StoreKind.Folder).Select(store => DumpStore.OfFolder(store.Path)).ToList();
        var entries = stores.Count == 0 ? [] : new DumpStores(stores, session.State).LookAsync(CancellationToken.None).GetAwaiter().GetResult().Entries;
        return live switch
        {
            LiveValue.Databases => Databases(entries),
            LiveValue.DatabasesOrAll => Databases(entries).Append(new Candidate("all", "every database of the server")),
            LiveValue.Backups => entries.Select(entry => new Candidate(entry.Id, InWords(entry))).Prepend(new Candidate("latest", "the newest good one")),
            _ => entries.Where(entry => entry.State == DumpState.Foreign).Select(entry => new Candidate(entry.Key, InWords(entry))),
        };
    }

    private static IEnumerable<Candidate> Databases(IReadOnlyList<DumpEntry> entries) => entries.Where(entry => entry.Database is not null).GroupBy(entry => entry.Database!)
        .OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => new Candidate(group.Key, group.Count() == 1 ? "1 backup" : $"{group.Count()} backups"));

    private static string InWords(DumpEntry entry) =>
        $"{entry.Database ?? "database not known"}, {entry.Time.UtcDateTime:yyyy-MM-dd HH:mm}Z, {Sizes.InWords(entry.Size)}, {BackupDocument.StateOf(entry)}";
}
