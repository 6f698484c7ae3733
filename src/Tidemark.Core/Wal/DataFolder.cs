using System.Buffers.Binary;
using Tidemark.Files;

namespace Tidemark.Wal;

/// <summary>The data directory around a path that PostgreSQL gave as <c>%p</c>.</summary>
internal static class DataFolder
{
    /// <summary>The folder, or null: it is in none.</summary>
    /// <param name="path">Absolute; in a server's <c>pg_wal</c>.</param>
    /// <param name="working">The working folder: PostgreSQL runs its commands in the data directory, pg_rewind does not.</param>
    public static string? Around(string path, string working)
    {
        var above = Path.GetDirectoryName(Path.GetDirectoryName(path));
        return new[] { above, working }.FirstOrDefault(folder => folder is not null && FileFacts.Find(Control(folder)) is { IsRegular: true });
    }

    /// <summary>The first eight bytes of pg_control, in the machine's order (pg_control.h; the same in every major).</summary>
    public static ulong SystemIdentifierOf(string folder)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        using var file = RegularFile.OpenForReading(Control(folder));
        var identifier = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) == bytes.Length ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : 0;
        return identifier != 0 ? identifier : throw new Fault(FaultCode.Verification, "the control file of the server cannot be read") { Where = Control(folder), Why = "it holds no system identifier", Next = $"pg_controldata {folder}" };
    }

    /// <summary>A server that is started here stays a standby.</summary>
    public static bool IsStandby(string folder) => FileFacts.IsThere(Path.Combine(folder, "standby.signal"));

    private static string Control(string folder) => Path.Combine(folder, "global", "pg_control");
}
