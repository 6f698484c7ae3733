using System.Runtime.InteropServices;

namespace Tidemark.Files;

/// <summary>rename(2) that never replaces, in one step where the file system can, else by link and unlink.</summary>
internal static class NoReplaceRename
{
    /// <summary>False when the new name is taken, by whatever: a file, a folder, a symbolic link that leads nowhere.</summary>
    public static bool Try(string oldPath, string newPath)
    {
        if (Posix.Renameat2(Posix.CurrentFolder, oldPath, Posix.CurrentFolder, newPath, Posix.NoReplace) == 0)
            return true;
        return Marshal.GetLastPInvokeError() switch
        {
            Errno.Exists => false,

            // NFS and some FUSE file systems know no RENAME_NOREPLACE.
            Errno.Invalid or Errno.NotImplemented or Errno.NotSupported => TryByLink(oldPath, newPath),
            Errno.OtherFileSystem => throw new Fault(FaultCode.Store, "could not publish a file: its pending place is on another file system")
            {
                Where = newPath,
                Why = $"{oldPath} cannot be renamed across file systems",
                Next = $"findmnt -T '{oldPath}'; findmnt -T '{newPath}' # then let both lie on one",
            },
            _ => throw FileFault.Last("publish a file", newPath),
        };
    }

    internal static bool TryByLink(string oldPath, string newPath)
    {
        if (Posix.Link(oldPath, newPath) != 0)
        {
            if (Marshal.GetLastPInvokeError() == Errno.Exists)
                return false;
            throw FileFault.Last("publish a file (this file system must know RENAME_NOREPLACE or hard links)", newPath);
        }

        // Should this fail, the pending name stays behind for the next sweep; the file is published all the same.
        _ = Posix.Unlink(oldPath);
        return true;
    }
}
