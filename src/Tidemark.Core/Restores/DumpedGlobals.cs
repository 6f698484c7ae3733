using Tidemark.Dumps;
using Tidemark.Dumps.Plain;
using Tidemark.Repositories;

namespace Tidemark.Restores;

/// <summary>The roles in the file that lies beside a dump.</summary>
internal static class DumpedGlobals
{
    /// <summary>Null, with the reason where a file should be there, when nothing can be learned.</summary>
    public static async Task<(GlobalRoles? Roles, string? Why)> ReadAsync(DumpEntry source, DumpKeys keys, CancellationToken token)
    {
        if (source.Manifest?.Globals is not { } name) return (null, null);
        // A key is counted from the root of its store; the file lies beside its dump, also where that was moved.
        var key = source.IsOutside ? Path.GetFileName(name) : name;
        var path = source.Store.PathOf(key);
        try
        {
            await using var stored = await source.Store.Objects.OpenAsync(key, 0, null, token);
            await using var opened = name.EndsWith(DumpName.Sealed, StringComparison.Ordinal) ? await keys.OpenAsync(stored, path, source.Manifest.Recipients, token) : stored;
            using var text = new MemoryStream();
            await Task.Run(() => opened.CopyTo(text), token);
            return GlobalRoles.Read(text.GetBuffer().AsSpan(0, (int)text.Length)) is { } roles ? (roles, null) : (null, $"{path} stops in the middle");
        }
        catch (Exception unreadable) when (unreadable is Fault or IOException or InvalidDataException)
        {
            return (null, $"{path} cannot be read");
        }
    }
}
