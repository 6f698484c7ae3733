using Tidemark.Postgres;
using Tidemark.Postgres.Data;

namespace Tidemark.BaseBackups;

/// <summary>What a server says of its cluster over SQL, before a backup of it.</summary>
internal sealed record ClusterFacts
{
    public required ulong SystemIdentifier { get; init; }

    public required ServerVersion Version { get; init; }

    /// <summary>Of the catalogues; part of the folders' names in tablespaces.</summary>
    public required uint CatalogVersion { get; init; }

    /// <summary>Where the data lie on the server's machine.</summary>
    public required string DataFolder { get; init; }

    /// <summary>0700, or 0750 where the group may read: files have the same without the right to enter.</summary>
    public required UnixFileMode FolderMode { get; init; }

    public required int PageBytes { get; init; }

    /// <summary>Pages in each file of a large relation.</summary>
    public required int SegmentPages { get; init; }

    public required int WalSegmentBytes { get; init; }

    public required bool HasChecksums { get; init; }

    public required bool IsStandby { get; init; }

    /// <summary>When the server was started, in microseconds of its clock: with it, two connections know whether they reached the same one.</summary>
    public required long Started { get; init; }

    /// <summary>The port that it listens on, behind whatever forwards to it.</summary>
    public required int Port { get; init; }

    public required IReadOnlyList<ClusterTablespace> Tablespaces { get; init; }

    /// <summary>Of each database that takes connections.</summary>
    public required IReadOnlyList<DatabaseCollation> Collations { get; init; }

    public string VersionFolder => BackupSelection.VersionFolder(Version.Major, CatalogVersion);

    public UnixFileMode FileMode => FolderMode & ~(UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);

    /// <summary>Those that lie within the data folder, from there.</summary>
    public IReadOnlyCollection<string> TablespacesInside =>
        [.. Tablespaces.Where(space => !space.IsInPlace && space.Location.StartsWith(DataFolder + "/", StringComparison.Ordinal)).Select(space => space.Location[(DataFolder.Length + 1)..])];
}
