using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Tidemark.Files;

/// <summary>An exclusive lock on an open file, gone with the open file: at the latest when the kernel buries the process.</summary>
/// <remarks>
/// An open file description lock (fcntl, F_OFD_SETLK), because .NET takes a flock(2) of its own at each File.Open: with flock, our lock
/// would make anyone's File.ReadAllText fail, and a reader would hold up who wants to add a line.
/// </remarks>
internal static partial class WholeFileLock
{
    private const int AskLock = 36, SetLock = 37, SetLockWaiting = 38;
    private const short WriteLock = 1, NoLock = 2;

    [StructLayout(LayoutKind.Sequential)]
    private struct Range
    {
        public short Type;
        public short Whence;
        public long Start;

        /// <summary>0: to the end, wherever that will be.</summary>
        public long Length;
        public int Process;
    }

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Fcntl(SafeFileHandle file, int command, ref Range range);

    /// <summary>False when another open file, in this process or any other, has it. The file must be open for writing.</summary>
    /// <exception cref="Fault">8: this file system knows no locks.</exception>
    public static bool Try(SafeFileHandle file, string path)
    {
        if (Set(file, SetLock, WriteLock) == 0)
            return true;
        return Marshal.GetLastPInvokeError() is Errno.WouldBlock or Errno.AccessDenied ? false : throw FileFault.Last("lock a file", path);
    }

    public static void Wait(SafeFileHandle file, string path)
    {
        if (Set(file, SetLockWaiting, WriteLock) != 0)
            throw FileFault.Last("lock a file", path);
    }

    /// <summary>Closing would do, were it not for a child between fork and exec, which shares the open file.</summary>
    public static void Release(SafeFileHandle file) => Set(file, SetLock, NoLock);

    private static int Set(SafeFileHandle file, int command, short type)
    {
        int result;
        do
        {
            var range = new Range { Type = type };
            result = Fcntl(file, command, ref range);
        }
        while (result < 0 && Posix.Interrupted);
        return result;
    }
}
