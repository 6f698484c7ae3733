namespace Tidemark.Files;

/// <summary>A durable file gets another name.</summary>
internal sealed partial class DurableFile
{
    /// <summary>Renames within a file system, durably and never over an existing name: false when that name is taken.</summary>
    public static bool TryRename(string from, string to)
    {
        PrivateFolder.Ensure(Path.GetDirectoryName(Path.GetFullPath(to))!);
        if (!NoReplaceRename.Try(from, to)) return false;
        PrivateFolder.Sync(Path.GetDirectoryName(Path.GetFullPath(to))!, left: "the file under its new name, which a power cut may turn back");
        return true;
    }
}
