using Tidemark.Dumps;
using Tidemark.Dumps.Plain;
using Tidemark.Repositories;
using Tidemark.Storage;

namespace Tidemark.Restores;

/// <summary>The roles in the file that lies beside a dump.</summary>
internal static class DumpedGlobals
{
    /// <summary>Null, with the reason where a file should be there, when nothing can be learned.</summary>
    public static async Task<(GlobalRoles? Roles, string? Why)> ReadAsync(DumpEntry source, RepositoryKeys keys, CancellationToken token)
    {
        if (source.Manifest?.Globals is not { } name) return (null, null);
        // A key is counted from the root of its store; the file lies beside its dump, also where that was moved.
        var key = source.IsOutside ? Path.GetFileName(name) : name;
        var path = source.Store.PathOf(key);
        try
        {
            if (await WholeObject.ReadAsync(source.Store.Objects, key, GlobalsDump.Ceiling, token) is not { } stored) return (null, $"{path} has more than {GlobalsDump.Ceiling} bytes");
            var text = name.EndsWith(DumpName.Sealed, StringComparison.Ordinal) ? await keys.OpenWholeAsync(stored, path, source.Manifest.Recipients, token) : stored;
            return GlobalRoles.Read(text) is { } roles ? (roles, null) : (null, $"{path} stops in the middle");
        }
        catch (Exception unreadable) when (unreadable is Fault or IOException or InvalidDataException)
        {
            return (null, $"{path} cannot be read");
        }
    }
}
