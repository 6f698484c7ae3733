using System.Runtime.InteropServices;

namespace Tidemark.Files;

/// <summary>Folders that only their owner may enter, whatever the umask.</summary>
internal static class PrivateFolder
{
    private const uint OwnerOnly = 0b111_000_000;

    /// <summary>Creates the folder and each missing parent with mode 0700, durably; where root makes it in somebody's own folder, it becomes theirs. A folder that is there already keeps its mode.</summary>
    /// <exception cref="Fault">8 or 15; also where a folder that a service holds is gone.</exception>
    public static void Ensure(string path)
    {
        path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        HeldFolders.Require(path);
        if (Directory.Exists(path))
            return;

        var parent = Path.GetDirectoryName(path)!;
        Ensure(parent);
        if (Posix.Mkdir(path, OwnerOnly) != 0)
        {
            // Another process may have been quicker. Asking for that overwrites errno, so it is read first.
            var errno = Marshal.GetLastPInvokeError();
            if (errno == Errno.Exists && Directory.Exists(path))
                return;
            throw FileFault.Of(errno, "create the folder", path);
        }

        // mkdir(2) takes the umask away even from the owner's bits.
        if (Posix.Chmod(path, OwnerOnly) != 0)
            throw FileFault.Last("make the folder private (mode 0700)", path, left: "an empty folder");
        FolderOwner.GiveFolder(path);
        Sync(parent);
    }

    /// <summary>Others may pass through to what lies deeper (mode 0711); they still cannot list what is here.</summary>
    public static void LetPass(string path)
    {
        if (Posix.Chmod(path, OwnerOnly | 0b001_001) != 0)
            throw FileFault.Last("let others pass through the folder (mode 0711)", path);
    }

    /// <summary>Makes names created in, renamed into or removed from this folder survive a power cut.</summary>
    public static void Sync(string path, string left = "nothing was changed")
    {
        using var folder = Posix.Open(path, OpenFlags.ReadOnly | OpenFlags.Folder)
            ?? throw FileFault.Last("open the folder to make it durable", path, left);

        // Some file systems cannot fsync a folder and say so with these two; PostgreSQL lets them pass as well (fsync_fname).
        if (Posix.Fsync(folder) != 0 && Marshal.GetLastPInvokeError() is not (Errno.Invalid or Errno.BadDescriptor))
            throw FileFault.Last("make the folder durable (fsync)", path, left);
    }
}
