using Tidemark.Storage;

namespace Tidemark.Repositories;

/// <summary>What lies in every store for the day when this program is not at hand: how to get backups back with stock tools.</summary>
internal static class BreakGlass
{
    public static readonly IReadOnlyList<string> Names = ["README", "restore.sh"];

    /// <summary>As much of its beginning tells a file of ours, of any version, from one that somebody else put there.</summary>
    private const int Telling = 36;

    /// <summary>Bytes; many times what ours have.</summary>
    private const int Largest = 1024 * 1024;

    /// <summary>Puts both into the store where they are missing or of another version. What is somebody else's under that name stays.</summary>
    public static async Task WriteAsync(IObjectStore store, CancellationToken token)
    {
        foreach (var name in Names)
        {
            var ours = Read(name);
            if (await store.FindAsync(name, token) is not null && !IsOld(await WholeObject.ReadAsync(store, name, Largest, token), ours)) continue;
            await store.PutAsync(name, ours, PutMode.Replace, token);
        }
    }

    private static bool IsOld(ReadOnlySpan<byte> theirs, ReadOnlySpan<byte> ours) => theirs.StartsWith(ours[..Telling]) && !theirs.SequenceEqual(ours);

    public static byte[] Read(string name)
    {
        using var resource = typeof(BreakGlass).Assembly.GetManifestResourceStream(name)!;
        using var bytes = new MemoryStream();
        resource.CopyTo(bytes);
        return bytes.ToArray();
    }
}
