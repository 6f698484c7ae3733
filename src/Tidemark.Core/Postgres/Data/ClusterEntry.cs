namespace Tidemark.Postgres.Data;

/// <summary>Something in a data directory, as a listing shows it.</summary>
/// <param name="Path">From the data folder, with '/', whatever the way there: what lies in a tablespace is under <c>pg_tblspc</c>.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Length">Bytes of a file when it was listed; 0 for all else.</param>
/// <param name="Mode">Permissions.</param>
/// <param name="Modified">By the clock of the machine that it lies on.</param>
internal sealed record ClusterEntry(string Path, ClusterEntryKind Kind, long Length, UnixFileMode Mode, DateTimeOffset Modified)
{
    /// <summary>Where a symbolic link leads to, as it is written there.</summary>
    public string? Target { get; init; }

    public ReadOnlySpan<char> Folder => Path.LastIndexOf('/') is >= 0 and var slash ? Path.AsSpan(0, slash) : "";

    public ReadOnlySpan<char> Name => Path.AsSpan(Path.LastIndexOf('/') + 1);
}

internal enum ClusterEntryKind
{
    File,
    Folder,

    /// <summary>A symbolic link to a folder, or to nothing. A link to a file is that file.</summary>
    Link,

    /// <summary>A socket, a pipe, a device; or its name is not UTF-8.</summary>
    Special,
}
