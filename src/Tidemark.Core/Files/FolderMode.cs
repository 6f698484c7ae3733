namespace Tidemark.Files;

/// <summary>Who else may put something into a folder of ours.</summary>
internal static class FolderMode
{
    /// <summary>A sentence for the operator, with what to do; null when only the owner may write there.</summary>
    public static string? Objection(string path)
    {
        var mode = new DirectoryInfo(path).UnixFileMode;
        var others = mode & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite);
        return others == UnixFileMode.None ? null
            : $"{(others.HasFlag(UnixFileMode.OtherWrite) ? "everybody" : "its group")} may write into {path}, and so put dumps there that a restore would run: chmod 700 '{path}'";
    }
}
