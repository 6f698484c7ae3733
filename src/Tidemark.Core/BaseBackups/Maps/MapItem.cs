namespace Tidemark.BaseBackups.Maps;

/// <summary>One thing of a data directory.</summary>
/// <param name="Path">Within it, with '/' between its parts; a byte that is no UTF-8 as <see cref="Repositories.Packs.PathText"/> has it.</param>
internal abstract record MapItem(string Path);

/// <param name="Path">Its place.</param>
/// <param name="Mode">Permission bits, as chmod takes them.</param>
internal sealed record MappedFolder(string Path, int Mode) : MapItem(Path);

/// <param name="Path">Its place.</param>
/// <param name="Target">Where it leads, as it was read.</param>
internal sealed record MappedLink(string Path, string Target) : MapItem(Path);

/// <summary>A file and where its bytes are: all of its pages in <see cref="Runs"/>, or all of it in a bundle. An empty file has neither.</summary>
/// <param name="Path">Its place.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Mode">Permission bits, as chmod takes them.</param>
/// <param name="Modified">Microseconds since 1970, by the clock of the host that holds it.</param>
internal sealed record MappedFile(string Path, long Size, int Mode, long Modified) : MapItem(Path)
{
    public IReadOnlyList<PageRun> Runs { get; init; } = [];

    public BundlePlace? Bundle { get; init; }

    /// <summary>Of what was read: its runs follow in <see cref="MappedPart"/>s.</summary>
    public bool IsInParts { get; init; }
}

/// <summary>The pages of one stretch of a large file.</summary>
/// <param name="Path">Of the file.</param>
/// <param name="FirstPage">Where the stretch begins.</param>
/// <param name="Runs">One behind the other.</param>
internal sealed record MappedPart(string Path, long FirstPage, IReadOnlyList<PageRun> Runs) : MapItem(Path);
