using Tidemark.Repositories.Packs;

namespace Tidemark.BaseBackups.Maps;

/// <summary>The numbers of the format of maps, and the bounds of what is read: anybody may have written it.</summary>
internal static class MapFormat
{
    /// <summary>The first byte of a chunk or list.</summary>
    public const int Names = 1, Part = 2, List = 3;

    /// <summary>The kinds of entries in a chunk of names.</summary>
    public const int FileOfRuns = 1, FileInBundle = 2, FileInParts = 3, Folder = 4, Link = 5;

    /// <summary>Bytes of a file that one part covers.</summary>
    public const long PartLength = 64L * 1024 * 1024;

    /// <summary>Entries that a chunk of names, or a list, has at most.</summary>
    public const int MostNames = 512, MostListed = 4096;

    public const int MostFrames = 1 << 24, MostPacks = 1 << 18, MostRuns = 1 << 17, MostPagesInFrame = Extent.Largest / 512, Modes = 0xFFF;

    public const long LargestFile = 1L << 60, MostPages = LargestFile / 512;
}
