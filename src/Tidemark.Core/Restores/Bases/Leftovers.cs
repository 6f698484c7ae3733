using Tidemark.BaseBackups.Maps;
using Tidemark.Files;
using Tidemark.Postgres.Data;

namespace Tidemark.Restores.Bases;

/// <summary>What lies in an old folder and is not in the backup, told while the map goes by, one folder after another.</summary>
/// <param name="folder">The data directory.</param>
/// <param name="remove">False: it is only counted.</param>
internal sealed class Leftovers(string folder, bool remove)
{
    private const int Named = 10;

    /// <summary>Written by the restore itself; WAL was dealt with before.</summary>
    private static readonly HashSet<string> NotLookedAt = new(StringComparer.Ordinal) { RestoreMark.Name, RestoreMark.Name + DurableFile.PendingSuffix, PostgresManifest.Path, ClusterFolder.Wal };

    /// <summary>Of the map, whose content was not told yet.</summary>
    private readonly SortedSet<string> coming = new(StringComparer.Ordinal) { "" };
    private readonly HashSet<string> names = new(StringComparer.Ordinal);
    private readonly List<string> first = [];
    private string at = "";

    public long Count { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>The first few.</summary>
    public IReadOnlyList<string> First => first;

    /// <param name="item">In the order of the map.</param>
    public void Take(MapItem item)
    {
        var of = MapOrder.Folder(item.Path);
        if (of != at)
        {
            Settle(at);
            names.Clear();
            at = of;
        }
        names.Add(MapOrder.Name(item.Path));
        if (item is MappedFolder or MappedLink && item.Path != ClusterFolder.Wal) coming.Add(item.Path);
    }

    /// <summary>After the last item: folders that the backup has empty.</summary>
    public void Finish()
    {
        Settle(at);
        names.Clear();
        foreach (var empty in coming.ToList()) Settle(empty);
    }

    private void Settle(string of)
    {
        if (!coming.Remove(of) || IsOthers(of)) return;
        var path = Path.Combine(folder, of);
        if (!Directory.Exists(path)) return;
        foreach (var entry in Directory.EnumerateFileSystemEntries(path).ToList())
        {
            var name = Path.GetFileName(entry);
            var relative = of.Length == 0 ? name : $"{of}/{name}";
            if (names.Contains(name) || (of.Length == 0 && NotLookedAt.Contains(name)) || relative == ControlFile.Path || relative.StartsWith(ClusterFolder.Wal + "/", StringComparison.Ordinal)) continue;
            Count++;
            Bytes += FileFacts.Of(entry, ofLink: true) is { IsRegular: true } file ? file.Length : 0;
            if (first.Count < Named) first.Add(relative);
            if (remove) Removal.Of(entry);
        }
    }

    /// <summary>Beside our version's folder in a tablespace there may be that of another server.</summary>
    private static bool IsOthers(string of) => ClusterFolder.IsTablespace(of);
}
