using Microsoft.Win32.SafeHandles;

namespace Tidemark.Files;

/// <summary>The lock of those that only read: many have it at once, and none of them while somebody has the whole file.</summary>
internal static partial class WholeFileLock
{
    private const short ReadLock = 0;

    /// <summary>Waits for who has it whole. False where the file system knows no locks; the file need only be open for reading.</summary>
    public static bool WaitShared(SafeFileHandle file) => Set(file, SetLockWaiting, ReadLock) == 0;

    /// <summary>Whether another open file has it, for one that can be opened for reading only, and so not be locked whole: the next one may have it a moment later.</summary>
    /// <exception cref="Fault">8: this file system knows no locks.</exception>
    public static bool IsTaken(SafeFileHandle file, string path)
    {
        var range = new Range { Type = WriteLock };
        return Fcntl(file, AskLock, ref range) == 0 ? range.Type != NoLock : throw FileFault.Last("ask for the lock of a file", path);
    }
}
