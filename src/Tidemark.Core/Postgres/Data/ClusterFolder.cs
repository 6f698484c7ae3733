namespace Tidemark.Postgres.Data;

/// <summary>The folders of a data directory, told by their exact place: a folder of the same name elsewhere is none of them.</summary>
internal static class ClusterFolder
{
    public const string Tablespaces = "pg_tblspc", Wal = "pg_wal";

    /// <summary>Their files mean nothing to another server, but the server wants the folders (pg_basebackup's list, without what it adds at other places).</summary>
    private static readonly HashSet<string> KeptEmpty = new(StringComparer.Ordinal)
    {
        Wal, "pg_dynshmem", "pg_notify", "pg_replslot", "pg_serial", "pg_snapshots", "pg_stat_tmp", "pg_subtrans",
    };

    /// <summary>Empty folders within pg_wal that are laid again: a server does not make them itself on all versions.</summary>
    private static readonly HashSet<string> WithinWal = new(StringComparer.Ordinal) { "pg_wal/archive_status", "pg_wal/summaries" };

    public static bool IsKeptEmpty(string path) => KeptEmpty.Contains(path) || WithinWal.Contains(path);

    /// <summary>Whether something lies in a folder whose content is left out.</summary>
    public static bool IsWithinEmpty(ReadOnlySpan<char> path) =>
        path.IndexOf('/') is > 0 and var slash && KeptEmpty.GetAlternateLookup<ReadOnlySpan<char>>().Contains(path[..slash]);

    /// <summary>global, the folder of a database, or the folder of a database within a tablespace.</summary>
    public static bool HoldsRelations(ReadOnlySpan<char> folder)
    {
        if (folder is "global") return true;
        if (folder.StartsWith("base/")) return IsNumber(folder["base/".Length..]);
        var slash = folder.LastIndexOf('/');
        return slash > 0 && IsNumber(folder[(slash + 1)..]) && IsTablespaceVersion(folder[..slash]);
    }

    /// <summary>Where a server keeps temporary files: base, and the folder of the version within a tablespace.</summary>
    public static bool HoldsTemporaryFiles(ReadOnlySpan<char> folder) => folder is "base" || IsTablespaceVersion(folder) || HoldsRelations(folder);

    /// <summary><c>pg_tblspc/16400</c>: a link, or, for one in place, a folder.</summary>
    public static bool IsTablespace(ReadOnlySpan<char> folder) => folder.StartsWith("pg_tblspc/") && IsNumber(folder["pg_tblspc/".Length..]);

    /// <summary><c>pg_tblspc/16400/PG_15_202209061</c>: all that the server has in a tablespace.</summary>
    public static bool IsTablespaceVersion(ReadOnlySpan<char> folder)
    {
        var slash = folder.LastIndexOf('/');
        return slash > 0 && folder[(slash + 1)..].StartsWith("PG_") && IsTablespace(folder[..slash]);
    }

    private static bool IsNumber(ReadOnlySpan<char> text) => text.Length > 0 && !text.ContainsAnyExceptInRange('0', '9');
}
