using System.Text.Json;
using Tidemark.Storage;

namespace Tidemark.Repositories;

/// <summary>Everything in a store that is encrypted, but for the key ring itself.</summary>
/// <param name="All">In the order of their keys.</param>
/// <param name="Unseen">A sentence for each part that could not be looked at.</param>
internal sealed record SealedObjects(IReadOnlyList<SealedObject> All, IReadOnlyList<string> Unseen)
{
    private const string Suffix = ".age", ManifestSuffix = ".json";
    private const int Largest = 16 * 1024 * 1024;

    public static async Task<SealedObjects> ReadAsync(IObjectStore store, CancellationToken token)
    {
        var (unseen, found) = (new List<string>(), new Dictionary<string, StoredObject>(StringComparer.Ordinal));
        await foreach (var stored in store.ListObjectsAsync(new KeyRange("", IncarnationFolder.Clusters), unseen.Add, token)) found[stored.Key] = stored;
        var all = new List<SealedObject>();
        foreach (var stored in found.Values.Where(stored => stored.Key.EndsWith(Suffix, StringComparison.Ordinal) && !stored.Key.StartsWith(KeyRing.Folder, StringComparison.Ordinal)).OrderBy(stored => stored.Key, StringComparer.Ordinal))
        {
            var manifest = stored.Key[..^Suffix.Length] + ManifestSuffix;
            all.Add(new SealedObject(stored.Key, found.ContainsKey(manifest) ? await NoteAsync(store, manifest, token) : null));
        }
        return new SealedObjects(all, unseen);
    }

    /// <summary>Which backups stay readable by whom; the newest first. What has no manifest, or one that does not say, has no recipients.</summary>
    public IReadOnlyList<Readership> Readerships =>
        [.. All.Where(stored => stored.Note is not null).SelectMany(stored => stored.Note!.Recipients is { Count: > 0 } named ? named.Select(who => (Who: (string?)who, stored.Note)) : [((string?)null, stored.Note)])
            .GroupBy(pair => pair.Who).Select(group => new Readership(group.Key, group.Count(), group.Max(pair => pair.Note!.RecoveryPoint))).OrderByDescending(readership => readership.Newest)];

    private static async Task<SealedNote?> NoteAsync(IObjectStore store, string manifest, CancellationToken token)
    {
        await using var from = await store.OpenAsync(manifest, 0, Largest, token);
        try
        {
            return await JsonSerializer.DeserializeAsync(from, RepositoryJson.Default.SealedNote, token);
        }
        catch (JsonException)
        {
            // Of a manifest that cannot be read, list and verify tell; whom it is for is not known.
            return new SealedNote();
        }
    }
}

/// <param name="Key">Ends in .age.</param>
/// <param name="Note">Of the manifest beside it; null: there is none.</param>
internal sealed record SealedObject(string Key, SealedNote? Note);

/// <param name="Recipient">age1…, or passphrase; null: not said.</param>
/// <param name="Count">Backups.</param>
/// <param name="Newest">Recovery point of the newest.</param>
internal sealed record Readership(string? Recipient, int Count, DateTimeOffset? Newest);
