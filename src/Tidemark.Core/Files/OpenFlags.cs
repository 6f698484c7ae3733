using System.Runtime.InteropServices;

namespace Tidemark.Files;

/// <summary>Flags of open(2). The values are ours: three of the kernel's differ between x64 and arm64.</summary>
[Flags]
internal enum OpenFlags
{
    ReadOnly = 0,
    WriteOnly = 1,
    ReadWrite = 2,
    Create = 4,
    Exclusive = 8,
    Append = 16,

    /// <summary>Fails with ELOOP when the last component is a symbolic link.</summary>
    NoFollow = 32,
    Folder = 64,

    /// <summary>Does not wait for the other end of a FIFO; without effect on regular files.</summary>
    NonBlocking = 128,

    /// <summary>Past the page cache: whole blocks only, from memory that lies at a block's boundary. Fails with EINVAL where the file system has no such way.</summary>
    Direct = 256,
}

internal static class OpenFlagsOfLinux
{
    private const int CloseOnExec = 0x80000;

    /// <summary>The kernel's numbers, from asm-generic/fcntl.h and arch/arm64/include/uapi/asm/fcntl.h.</summary>
    public static int ForThisMachine(this OpenFlags flags)
    {
        var arm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;
        var bits = CloseOnExec | ((int)flags & 3);
        bits |= flags.HasFlag(OpenFlags.Create) ? 0x40 : 0;
        bits |= flags.HasFlag(OpenFlags.Exclusive) ? 0x80 : 0;
        bits |= flags.HasFlag(OpenFlags.Append) ? 0x400 : 0;
        bits |= flags.HasFlag(OpenFlags.NoFollow) ? (arm ? 0x8000 : 0x20000) : 0;
        bits |= flags.HasFlag(OpenFlags.Folder) ? (arm ? 0x4000 : 0x10000) : 0;
        bits |= flags.HasFlag(OpenFlags.NonBlocking) ? 0x800 : 0;
        bits |= flags.HasFlag(OpenFlags.Direct) ? (arm ? 0x10000 : 0x4000) : 0;
        return bits;
    }
}
