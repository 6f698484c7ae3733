using System.Buffers.Binary;

namespace Tidemark.Files;

/// <summary>What the kernel knows of a path and .NET does not tell, or not in one: whose it is, who else may use it, and which device it lies on.</summary>
internal readonly record struct PathFacts(uint Owner, UnixFileMode Mode, ulong Device)
{
    private const uint BasicFacts = 0x7ff;
    private const int Permissions = 0b111_111_111_111;

    /// <summary>The user that this process acts as.</summary>
    public static uint Us => Posix.Geteuid();

    /// <summary>Null when the path cannot be looked at. Links are followed.</summary>
    public static PathFacts? Of(string path)
    {
        // struct statx (linux/stat.h) is the same on every machine: stx_uid at 20, stx_mode at 28, stx_dev_major and _minor at 136 and 140.
        Span<byte> facts = stackalloc byte[256];
        return Posix.Statx(Posix.CurrentFolder, path, 0, BasicFacts, facts) != 0 ? null
            : new(BinaryPrimitives.ReadUInt32LittleEndian(facts[20..]), (UnixFileMode)(BinaryPrimitives.ReadUInt16LittleEndian(facts[28..]) & Permissions), BinaryPrimitives.ReadUInt64LittleEndian(facts[136..]));
    }

    /// <summary>The folder itself, or the nearest one above it that exists: there it would be made.</summary>
    public static string NearestFolder(string path)
    {
        var place = Path.GetFullPath(path);
        while (!Path.Exists(place))
            place = Path.GetDirectoryName(place)!;
        return place;
    }
}
