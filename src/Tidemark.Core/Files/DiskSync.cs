using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Tidemark.Files;

/// <summary>What is written into many files brought to the disk at once, in place of an fsync for each: of small files that is most of the time.</summary>
/// <remarks>
/// Only where syncfs(2) is known to tell of every write that failed: Linux from 5.8 on, and file systems that keep their data by themselves.
/// A file system in user space, for one, is asked nothing by it. Elsewhere each file is synced by itself.
/// </remarks>
internal sealed class DiskSync : IDisposable
{
    /// <summary>The magic numbers of ext4, XFS and Btrfs: linux/magic.h.</summary>
    private static readonly long[] Trusted = [0xEF53, 0x58465342, 0x9123683E];

    private static readonly Version FirstToTell = new(5, 8);

    private readonly Dictionary<ulong, (SafeFileHandle Folder, string Path)> disks = [];

    /// <summary>Before anything is written into this folder: only failures from then on are told.</summary>
    public void Cover(string folder)
    {
        if (Environment.OSVersion.Version < FirstToTell || FileFacts.Of(folder) is not { } facts || disks.ContainsKey(facts.Device)) return;
        if (Posix.Open(folder, OpenFlags.ReadOnly | OpenFlags.Folder) is not { } open) return;
        Span<byte> system = stackalloc byte[120];
        if (Posix.Fstatfs(open, system) == 0 && Trusted.Contains(MemoryMarshal.Read<long>(system))) disks.Add(facts.Device, (open, folder));
        else open.Dispose();
    }

    /// <summary>Whether files of this device need no fsync of their own.</summary>
    public bool Covers(ulong device) => disks.ContainsKey(device);

    /// <exception cref="Fault">8, 15: something that was written did not reach the disk.</exception>
    public void Sync()
    {
        foreach (var (folder, path) in disks.Values)
            if (Posix.Syncfs(folder) != 0) throw FileFault.Last("make what was written durable (syncfs)", path, NewTree.Half);
    }

    public void Dispose()
    {
        foreach (var (folder, _) in disks.Values) folder.Dispose();
    }
}
