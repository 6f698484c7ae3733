using Microsoft.Win32.SafeHandles;

namespace Tidemark.Files;

/// <summary>The lock of those that only read: many have it at once, and none of them while somebody has the whole file.</summary>
internal static partial class WholeFileLock
{
    private const short ReadLock = 0;

    /// <summary>Waits for who has it whole. False where the file system knows no locks; the file need only be open for reading.</summary>
    public static bool WaitShared(SafeFileHandle file) => Set(file, SetLockWaiting, ReadLock) == 0;
}
