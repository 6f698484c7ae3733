using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Tidemark.Files;

/// <summary>The calls that .NET hides, softens or swallows: 10.0.12 reports success when fsync(2) fails, and has no rename that refuses.</summary>
/// <remarks>Each returns -1 on failure, with errno in <see cref="Marshal.GetLastPInvokeError"/>. Linux on x64 and arm64 only.</remarks>
internal static partial class Posix
{
    public const uint NoReplace = 1;
    public const int CurrentFolder = -100;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenRaw(string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FsyncRaw(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "fchmod", SetLastError = true)]
    public static partial int Fchmod(SafeFileHandle file, uint mode);

    [LibraryImport("libc", EntryPoint = "fchown", SetLastError = true)]
    public static partial int Fchown(SafeFileHandle file, uint owner, uint group);

    /// <summary>Of a symbolic link itself, not of what it leads to.</summary>
    [LibraryImport("libc", EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Lchown(string path, uint owner, uint group);

    [LibraryImport("libc", EntryPoint = "symlink", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Symlink(string target, string path);

    /// <summary>Everything of the file system in which an open file is, on the disk. Tells of a write that failed since that was opened, from Linux 5.8 on.</summary>
    [LibraryImport("libc", EntryPoint = "syncfs", SetLastError = true)]
    public static partial int Syncfs(SafeFileHandle file);

    /// <summary>Room for so many bytes, which read as zeros, and the length with them.</summary>
    [LibraryImport("libc", EntryPoint = "fallocate", SetLastError = true)]
    public static partial int Fallocate(SafeFileHandle file, int mode, long from, long length);

    /// <param name="file">Open.</param>
    /// <param name="facts">120 bytes; its kind is the first number.</param>
    [LibraryImport("libc", EntryPoint = "fstatfs", SetLastError = true)]
    public static partial int Fstatfs(SafeFileHandle file, Span<byte> facts);

    [LibraryImport("libc", EntryPoint = "pwrite", SetLastError = true)]
    public static unsafe partial nint Pwrite(SafeFileHandle file, byte* bytes, nint count, long at);

    [LibraryImport("libc", EntryPoint = "ftruncate", SetLastError = true)]
    public static partial int Ftruncate(SafeFileHandle file, long length);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, nint count);

    /// <summary>Of an open file or folder; gone when the last process that has it open has closed it.</summary>
    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    public static partial int Flock(SafeFileHandle file, int operation);

    [LibraryImport("libc", EntryPoint = "mkdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Mkdir(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "chmod", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Chmod(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "renameat2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Renameat2(int oldFolder, string oldPath, int newFolder, string newPath, uint flags);

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Rename(string oldPath, string newPath);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Link(string oldPath, string newPath);

    [LibraryImport("libc", EntryPoint = "unlink", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Unlink(string path);

    /// <summary>The user that this process acts as.</summary>
    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint Geteuid();

    /// <summary>Who started this process; another one when that has ended.</summary>
    [LibraryImport("libc", EntryPoint = "getppid")]
    public static partial int Getppid();

    [LibraryImport("libc", EntryPoint = "realpath", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint RealpathRaw(string path, nint buffer);

    /// <param name="folder">Where a relative path begins.</param>
    /// <param name="path">What is asked about.</param>
    /// <param name="flags">See statx(2).</param>
    /// <param name="mask">Which fields are wanted.</param>
    /// <param name="facts">256 bytes, laid out alike on every architecture.</param>
    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Statx(int folder, string path, int flags, uint mask, Span<byte> facts);

    /// <summary>As the other one; with an empty path, of an open file.</summary>
    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Statx(SafeFileHandle file, string path, int flags, uint mask, Span<byte> facts);

    /// <summary>Null on failure. Close-on-exec always: no child process may inherit a file or a lock.</summary>
    public static SafeFileHandle? Open(string path, OpenFlags flags, uint mode = 0)
    {
        int descriptor;
        do
        {
            descriptor = OpenRaw(path, flags.ForThisMachine(), mode);
        }
        while (descriptor < 0 && Interrupted);
        return descriptor < 0 ? null : new SafeFileHandle(descriptor, ownsHandle: true);
    }

    public static int Fsync(SafeFileHandle file)
    {
        int result;
        do
        {
            result = FsyncRaw(file);
        }
        while (result < 0 && Interrupted);
        return result;
    }

    /// <summary>The path without any symbolic link, or null when a part of it does not exist or loops.</summary>
    public static unsafe string? Realpath(string path)
    {
        var text = RealpathRaw(path, 0);
        if (text == 0)
            return null;
        var real = Marshal.PtrToStringUTF8(text);
        NativeMemory.Free((void*)text);
        return real;
    }

    public static bool Interrupted => Marshal.GetLastPInvokeError() == Errno.Interrupted;
}
