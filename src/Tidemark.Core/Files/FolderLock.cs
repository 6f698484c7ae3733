using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Tidemark.Files;

/// <summary>Exclusive use of a folder, without a file of ours in it; the kernel lets go when the process dies, however it dies.</summary>
/// <remarks>flock(2): an open folder cannot be written to, which fcntl's locks want.</remarks>
internal sealed class FolderLock : IDisposable
{
    private const int Exclusive = 2, WithoutWaiting = 4;

    private readonly SafeFileHandle folder;

    private FolderLock(SafeFileHandle folder) => this.folder = folder;

    /// <summary>Null: another holder, in this process or any other, has it.</summary>
    /// <exception cref="Fault">8: there is no such folder, or its file system knows no locks.</exception>
    public static FolderLock? TryAcquire(string path)
    {
        var folder = Posix.Open(path, OpenFlags.ReadOnly | OpenFlags.Folder) ?? throw FileFault.Last("open a folder to lock it", path);
        if (Posix.Flock(folder, Exclusive | WithoutWaiting) == 0) return new FolderLock(folder);
        var errno = Marshal.GetLastPInvokeError();
        folder.Dispose();
        return errno == Errno.WouldBlock ? null : throw FileFault.Of(errno, "lock a folder", path);
    }

    public void Dispose() => folder.Dispose();
}
