namespace Tidemark.Configuration;

/// <summary>Looks for a file in a folder, then in the folders above it.</summary>
internal static class UpwardSearch
{
    /// <summary>The absolute path of the nearest, or null. A folder of that name does not count.</summary>
    public static string? Find(string folder, string name)
    {
        for (var place = Path.GetFullPath(folder); place is not null; place = Path.GetDirectoryName(place))
        {
            var path = Path.Combine(place, name);
            if (File.Exists(path))
                return path;
        }

        return null;
    }
}
