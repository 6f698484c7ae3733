using Tidemark.Repositories.Packs;

namespace Tidemark.BaseBackups.Maps;

/// <summary>The order of a map: by folder, then by name, both byte by byte. So a folder stands before what is in it, and the files of one stand together.</summary>
internal static class MapOrder
{
    public static int Compare(string one, string other)
    {
        var (left, right) = (Folder(one), Folder(other));
        var folders = PathText.ToBytes(left).AsSpan().SequenceCompareTo(PathText.ToBytes(right));
        return folders != 0 ? folders : PathText.ToBytes(one[left.Length..]).AsSpan().SequenceCompareTo(PathText.ToBytes(other[right.Length..]));
    }

    /// <summary>Empty at the top.</summary>
    public static string Folder(string path) => path[..Math.Max(0, path.LastIndexOf('/'))];

    public static string Name(string path) => path[(path.LastIndexOf('/') + 1)..];
}
