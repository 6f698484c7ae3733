using Tidemark.Dumps;
using Tidemark.Dumps.Plain;
using Tidemark.Files;

namespace Tidemark.Restores;

/// <summary>The roles in the file that lies beside a dump.</summary>
internal static class DumpedGlobals
{
    /// <summary>Null, with the reason where a file should be there, when nothing can be learned.</summary>
    public static (GlobalRoles? Roles, string? Why) Read(DumpEntry source)
    {
        if (source.Manifest?.Globals is not { } name) return (null, null);
        // A key is counted from the folder of all backups; the file lies beside its dump.
        var path = Path.Combine(Path.GetDirectoryName(source.Path)!, Path.GetFileName(name));
        try
        {
            using var file = RegularFile.OpenForReading(path);
            using var text = new MemoryStream();
            file.CopyTo(text);
            return GlobalRoles.Read(text.GetBuffer().AsSpan(0, (int)text.Length)) is { } roles ? (roles, null) : (null, $"{path} stops in the middle");
        }
        catch (Exception unreadable) when (unreadable is Fault or IOException)
        {
            return (null, $"{path} cannot be read");
        }
    }
}
