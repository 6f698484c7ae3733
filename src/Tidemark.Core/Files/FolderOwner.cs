using Microsoft.Win32.SafeHandles;

namespace Tidemark.Files;

/// <summary>What root makes in somebody's own folder becomes that one's: else their next program, PostgreSQL's archiver first of all, would stand before a closed door.</summary>
/// <remarks>A folder that everybody may write to is nobody's own. Where root may not give anything away (NFS with root_squash), nothing of this is needed, and nothing happens.</remarks>
internal static class FolderOwner
{
    /// <summary>Opens the file, or makes it, for its owner only (0600) and under no symbolic link. Null: errno says why.</summary>
    public static SafeFileHandle? OpenFile(string path, OpenFlags flags)
    {
        var file = Posix.Open(path, flags | OpenFlags.Create | OpenFlags.NoFollow, 0b110_000_000);
        if (file is not null) Give(file, path);
        return file;
    }

    /// <summary>A folder that was made just now.</summary>
    public static void GiveFolder(string path)
    {
        if (!Environment.IsPrivilegedProcess) return;
        using var folder = Posix.Open(path, OpenFlags.ReadOnly | OpenFlags.Folder | OpenFlags.NoFollow);
        if (folder is not null) Give(folder, path);
    }

    private static void Give(SafeFileHandle made, string path)
    {
        if (!Environment.IsPrivilegedProcess || FileFacts.Of(Path.GetDirectoryName(Path.GetFullPath(path))!) is not { } around || around.Owner == 0 || around.EverybodyMayWrite) return;
        var facts = FileFacts.Of(made, path);
        // A file of several names may be one of root's own that was put here to be given away.
        if (facts.Owner == 0 && (facts.IsFolder || facts.Links == 1)) _ = Posix.Fchown(made, around.Owner, around.Group);
    }
}
