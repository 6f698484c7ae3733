namespace Tidemark.Postgres.Data;

/// <summary>What of a data directory belongs into a backup: by the exact place of each file, as pg_basebackup has it, and less (CORNER-CASES 21 to 27).</summary>
/// <param name="version">The folder that this server has in tablespaces, <c>PG_15_202209061</c>; other servers may have theirs beside it.</param>
/// <param name="tablespacesInside">Tablespaces that lie within the data folder, from there: reached through pg_tblspc, they must not be copied twice.</param>
internal sealed class BackupSelection(string version, IReadOnlyCollection<string> tablespacesInside)
{
    /// <summary>Of one run of a server, of a backup in the making, or of the role that the server has right now: a restored one gets its own.</summary>
    private static readonly HashSet<string> LeftOutAtTop = new(StringComparer.Ordinal)
    {
        "postmaster.pid", "postmaster.opts", "postgresql.auto.conf.tmp", "current_logfiles.tmp",
        "backup_label", "backup_label.old", "tablespace_map", "tablespace_map.old", "backup_manifest", "recovery.signal", "standby.signal",
    };

    /// <summary>The folder of a version in tablespaces.</summary>
    public static string VersionFolder(int major, uint catalogVersion) => $"PG_{major}_{catalogVersion}";

    /// <summary>Without it there is no cluster: that it went away after it was listed is no dropped table.</summary>
    public static bool IsEssential(string path) => path is ControlFile.Path or "PG_VERSION" or "global/pg_filenode.map";

    /// <summary>Decides on all that one folder holds: whether a relation is unlogged shows only in its neighbours.</summary>
    public IEnumerable<(ClusterEntry Entry, EntryFate Fate)> Decide(IReadOnlyCollection<ClusterEntry> folder)
    {
        var unlogged = folder.Select(entry => RelationFile.Parse(entry.Path)).Where(file => file is { Fork: RelationFork.Init }).Select(file => file!.Value.Number).ToHashSet();
        return folder.Select(entry => (entry, Of(entry, unlogged)));
    }

    private EntryFate Of(ClusterEntry entry, HashSet<uint> unlogged)
    {
        if (ClusterFolder.IsTablespace(entry.Path)) return entry.Kind is ClusterEntryKind.Folder or ClusterEntryKind.Link ? EntryFate.Copied : EntryFate.LeftOut;
        // pg_wal may be a link to another disk: what is restored is a folder.
        if (ClusterFolder.IsKeptEmpty(entry.Path)) return EntryFate.KeptEmpty;
        if (ClusterFolder.IsWithinEmpty(entry.Path)) return EntryFate.LeftOut;
        return entry.Kind switch
        {
            ClusterEntryKind.Folder => OfFolder(entry),
            ClusterEntryKind.File => OfFile(entry, unlogged),
            _ => EntryFate.Refused,
        };
    }

    private EntryFate OfFolder(ClusterEntry entry)
    {
        if (tablespacesInside.Contains(entry.Path)) return EntryFate.KeptEmpty;
        if (ClusterFolder.IsTablespace(entry.Folder)) return entry.Name.SequenceEqual(version) ? EntryFate.Copied : EntryFate.LeftOut;
        return IsTemporary(entry) ? EntryFate.LeftOut : EntryFate.Copied;
    }

    private static EntryFate OfFile(ClusterEntry entry, HashSet<uint> unlogged)
    {
        if (LeftOutAtTop.Contains(entry.Path) || ClusterFolder.IsTablespace(entry.Folder) || IsTemporary(entry)) return EntryFate.LeftOut;
        // A cache, with the process's number while it is written. It may not outlive what it was made from.
        if (entry.Name.StartsWith("pg_internal.init") && ClusterFolder.HoldsRelations(entry.Folder)) return EntryFate.LeftOut;
        return RelationFile.Parse(entry.Path) is { } relation && (relation.IsTemporary || (relation.Fork != RelationFork.Init && unlogged.Contains(relation.Number)))
            ? EntryFate.LeftOut : EntryFate.Copied;
    }

    private static bool IsTemporary(ClusterEntry entry) => entry.Name.StartsWith("pgsql_tmp") && ClusterFolder.HoldsTemporaryFiles(entry.Folder);
}
