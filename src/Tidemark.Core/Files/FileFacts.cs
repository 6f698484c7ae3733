using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Tidemark.Files;

/// <summary>What the kernel says of a file: whose it is, who may use it, whether it has bytes at all, and where it lies.</summary>
/// <param name="Owner">A user id.</param>
/// <param name="Mode">Type and permissions, as in stat(2).</param>
/// <param name="Device">Files of one file system have the same.</param>
/// <param name="Number">Of the file on its device, whatever names it has.</param>
/// <param name="Length">Bytes; of a symbolic link, those of what is written in it.</param>
/// <param name="Written">The time of its last writing. A file may be given any time; one that no calendar holds comes as the nearest that it does.</param>
internal readonly record struct FileFacts(uint Owner, ushort Mode, ulong Device, ulong Number, long Length, DateTimeOffset Written)
{
    // uapi/linux/stat.h and fcntl.h: the same on every architecture, unlike struct stat.
    private const int Size = 256, LinksAt = 16, OwnerAt = 20, GroupAt = 24, ModeAt = 28, NumberAt = 32, LengthAt = 40, WrittenAt = 112, DeviceAt = 136, EmptyPath = 0x1000, NoFollow = 0x100;
    private const uint BasicStats = 0x7ff;

    /// <summary>A group id.</summary>
    public uint Group { get; private init; }

    /// <summary>How many names the file has.</summary>
    public uint Links { get; private init; }

    public bool IsRegular => (Mode & 0xf000) == 0x8000;

    public bool IsFolder => (Mode & 0xf000) == 0x4000;

    public bool IsLink => (Mode & 0xf000) == 0xa000;

    public UnixFileMode Permissions => (UnixFileMode)(Mode & 0xfff);

    public bool GroupMayWrite => (Mode & 0b010_000) != 0;

    public bool EverybodyMayWrite => (Mode & 0b000_010) != 0;

    /// <summary>Ends the sentence "it is …".</summary>
    public string Kind => (Mode & 0xf000) switch
    {
        0x1000 => "a FIFO",
        0x2000 or 0x6000 => "a device",
        0x4000 => "a folder",
        0x8000 => "a file",
        0xa000 => "a symbolic link",
        0xc000 => "a socket",
        _ => "of an unknown kind",
    };

    /// <summary>Of what a path leads to, or of the symbolic link itself; null when it cannot be asked.</summary>
    public static FileFacts? Of(string path, bool ofLink = false)
    {
        Span<byte> facts = stackalloc byte[Size];
        return Posix.Statx(Posix.CurrentFolder, path, ofLink ? NoFollow : 0, BasicStats, facts) == 0 ? Read(facts) : null;
    }

    /// <summary>Whether something has this name, be it a folder or a link that leads nowhere. Where that cannot be asked, there may be.</summary>
    public static bool IsThere(string path) => Of(path, ofLink: true) is not null || Marshal.GetLastPInvokeError() is not (Errno.NotFound or Errno.NotAFolder or Errno.NameTooLong);

    /// <summary>Of what a path leads to; null only when nothing is there.</summary>
    /// <exception cref="Fault">8: it cannot be asked, as where a folder on the way may not be entered.</exception>
    public static FileFacts? Find(string path) => Of(path) ?? (Marshal.GetLastPInvokeError() is Errno.NotFound or Errno.NotAFolder ? null : throw FileFault.Last("look at a file", path));

    /// <summary>Of an open file, whatever its name leads to by now.</summary>
    public static FileFacts Of(SafeFileHandle file, string path)
    {
        Span<byte> facts = stackalloc byte[Size];
        return Posix.Statx(file, "", EmptyPath, BasicStats, facts) == 0 ? Read(facts) : throw FileFault.Last("look at a file", path);
    }

    private static FileFacts Read(ReadOnlySpan<byte> facts) => new(MemoryMarshal.Read<uint>(facts[OwnerAt..]), MemoryMarshal.Read<ushort>(facts[ModeAt..]), MemoryMarshal.Read<ulong>(facts[DeviceAt..]), MemoryMarshal.Read<ulong>(facts[NumberAt..]), MemoryMarshal.Read<long>(facts[LengthAt..]), InCalendar(MemoryMarshal.Read<long>(facts[WrittenAt..]), MemoryMarshal.Read<uint>(facts[(WrittenAt + 8)..]))) { Group = MemoryMarshal.Read<uint>(facts[GroupAt..]), Links = MemoryMarshal.Read<uint>(facts[LinksAt..]) };

    private static DateTimeOffset InCalendar(long seconds, uint nanoseconds) =>
        DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(seconds, DateTimeOffset.MinValue.ToUnixTimeSeconds(), DateTimeOffset.MaxValue.ToUnixTimeSeconds())).AddTicks(nanoseconds / 100);
}
