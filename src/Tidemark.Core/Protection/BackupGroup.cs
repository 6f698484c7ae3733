using Tidemark.Dumps;

namespace Tidemark.Protection;

/// <summary>The backups of one database of one server; pure.</summary>
/// <remarks>A name is not a database: where backups of several servers' databases of one name lie together, each is a group of its own, and adopted ones are nobody's.</remarks>
internal sealed record BackupGroup(string Database, string? Server, IReadOnlyList<DumpEntry> Backups)
{
    /// <param name="entries">All of the folder.</param>
    /// <param name="names">Databases that are told of even without a backup.</param>
    /// <param name="remarks">Gets a sentence for what belongs to nobody.</param>
    public static IReadOnlyList<BackupGroup> Of(IReadOnlyList<DumpEntry> entries, IEnumerable<string> names, ICollection<string> remarks)
    {
        var groups = new List<BackupGroup>();
        var known = entries.Where(entry => entry.Database is not null).GroupBy(entry => entry.Database!).ToDictionary(group => group.Key, group => group.ToList());
        foreach (var name in names) known.TryAdd(name, []);
        // A damaged manifest does not tell its database, but a dated folder does.
        foreach (var lost in entries.Where(entry => entry.Finding is not null))
            if (known.Keys.FirstOrDefault(name => lost.Key.StartsWith(DumpName.FileSafe(name) + "/", StringComparison.Ordinal)) is { } owner) known[owner].Add(lost);
            else remarks.Add($"{lost.Key}: nobody knows of which database: {lost.Finding}");
        foreach (var (name, backups) in known)
        {
            var servers = backups.Where(backup => backup.Manifest is not null && !backup.IsAdopted).Select(backup => backup.Manifest!.SystemIdentifier).Distinct().ToList();
            if (servers.Count <= 1) groups.Add(new BackupGroup(name, servers.FirstOrDefault(), backups));
            else
            {
                foreach (var server in servers) groups.Add(new BackupGroup(name, server, [.. backups.Where(backup => backup.Manifest is null || (!backup.IsAdopted && backup.Manifest.SystemIdentifier == server))]));
                remarks.Add($"backups of {servers.Count} servers' \"{name}\" lie here together: give each server a BACKUP_DIR of its own");
            }
        }
        return groups;
    }
}
