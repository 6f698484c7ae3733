using System.Collections.Concurrent;
using Tidemark.Repositories;
using Tidemark.Storage;

namespace Tidemark.Dumps;

/// <summary>Reads what a store of dumps holds; nothing but the store itself is asked.</summary>
internal sealed class DumpCatalog(DumpStore store)
{
    /// <summary>Manifests on their way at once, over a network.</summary>
    private const int InFlight = 16;

    /// <summary>What is there, and what could not be looked at: a part that is closed to us hides no other.</summary>
    /// <exception cref="Fault">8: the store itself cannot be read.</exception>
    public async Task<DumpListing> LookAsync(CancellationToken token)
    {
        var unseen = new List<UnseenObjects>();
        var found = await FoundAsync(new KeyRange("", IncarnationFolder.Clusters), unseen.Add, token);
        // A mark counts whatever it is: one that cannot be read may have said "damaged".
        var names = new HashSet<string>(found.Keys.Concat(unseen.Select(part => part.Key)), StringComparer.Ordinal);
        var lost = found.Keys.Where(key => key.EndsWith(".json", StringComparison.Ordinal)).Select(key => key[..^5])
            .Where(key => DumpName.IsDump(key) && !found.ContainsKey(key) && !found.ContainsKey(key + DumpName.Sealed));
        var entries = new ConcurrentBag<DumpEntry>();
        var dumps = found.Keys.Where(DumpName.IsDump).Concat(lost);
        // A disk answers one at a time soonest.
        if (store.Folder is not null) foreach (var key in dumps) entries.Add(await ReadAsync(key, found.GetValueOrDefault(key), found, names, outside: false, token));
        else await Parallel.ForEachAsync(dumps, new ParallelOptions { MaxDegreeOfParallelism = InFlight, CancellationToken = token },
            async (key, stop) => entries.Add(await ReadAsync(key, found.GetValueOrDefault(key), found, names, outside: false, stop)));
        return new DumpListing(InOrder(entries), [.. unseen.Where(part => !part.IsNameOnly && (part.Key.EndsWith('/') || DumpName.IsDump(part.Key))).Select(part => part.Why)]);
    }

    /// <summary>One dump, be it there or not.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="outside">A file that somebody named: whatever lies beside it may have been made under another name.</param>
    /// <param name="token">Cancels.</param>
    public async Task<DumpEntry> OfKeyAsync(string key, bool outside, CancellationToken token)
    {
        var unseen = new List<UnseenObjects>();
        var found = await FoundAsync(DumpName.Plain(key), unseen.Add, token);
        return await ReadAsync(key, found.GetValueOrDefault(key) ?? await store.Objects.FindAsync(key, token), found, new HashSet<string>(found.Keys.Concat(unseen.Select(part => part.Key)), StringComparer.Ordinal), outside, token);
    }

    /// <summary>The dumps with a manifest, readable or not, that have this one's name but for its endings: they have its id, and might have its globals.</summary>
    public async Task<IReadOnlyList<DumpEntry>> NamesakesOfAsync(DumpEntry entry, CancellationToken token)
    {
        var found = await FoundAsync(DumpName.Stem(entry.Key), _ => { }, token);
        var names = found.Keys.ToHashSet(StringComparer.Ordinal);
        var others = new List<DumpEntry>();
        foreach (var manifest in found.Keys.Where(key => key.EndsWith(".json", StringComparison.Ordinal)))
        {
            var plain = manifest[..^5];
            var key = found.ContainsKey(plain + DumpName.Sealed) ? plain + DumpName.Sealed : plain;
            if (key != entry.Key && DumpName.IsDump(key) && DumpName.Stem(key) == DumpName.Stem(entry.Key)) others.Add(await ReadAsync(key, found.GetValueOrDefault(key), found, names, outside: false, token));
        }
        return others;
    }

    /// <summary>Newest first.</summary>
    public static IReadOnlyList<DumpEntry> InOrder(IEnumerable<DumpEntry> entries) => [.. entries.OrderByDescending(entry => entry.Time).ThenBy(entry => entry.Key, StringComparer.Ordinal)];

    private async Task<Dictionary<string, StoredObject>> FoundAsync(KeyRange which, Action<UnseenObjects> unseen, CancellationToken token)
    {
        var found = new Dictionary<string, StoredObject>(StringComparer.Ordinal);
        await foreach (var one in store.Objects.ListAsync(which, unseen, token)) found[one.Key] = one;
        return found;
    }

    private async Task<DumpEntry> ReadAsync(string key, StoredObject? dump, Dictionary<string, StoredObject> found, HashSet<string> names, bool outside, CancellationToken token)
    {
        var document = found.GetValueOrDefault(DumpName.ManifestOf(key));
        var (manifest, finding) = !names.Contains(DumpName.ManifestOf(key)) ? (null, null) : await ManifestReading.ManifestAsync(store, key, outside, token);
        // Beside a dump somebody may have put its encrypted form, or the reverse: one manifest is of one of them.
        if (finding is not null && await IsOfItsTwinAsync(key, found, token)) finding = null;
        var mark = names.Contains(DumpName.CheckOf(key)) ? await ManifestReading.MarkAsync(store, key, found.GetValueOrDefault(DumpName.CheckOf(key))?.Written, token) : null;
        return new DumpEntry
        {
            Id = manifest?.Id ?? DumpName.Id(key),
            Store = store,
            Key = key,
            IsOutside = outside,
            Size = dump?.Size ?? manifest?.Size ?? 0,
            Manifest = manifest,
            Mark = mark,
            Marks = (mark is null ? 0 : DumpMarks.Check) | (names.Contains(DumpName.PinOf(key)) ? DumpMarks.Pin : 0) | (names.Contains(DumpName.ProofOf(key)) ? DumpMarks.Proof : 0),
            Finding = finding,
            Time = manifest?.RecoveryPoint ?? dump?.Written ?? document?.Written ?? DateTimeOffset.UnixEpoch,
            State = finding is not null ? DumpState.Damaged : StateOf(dump, manifest, mark),
        };
    }

    private async Task<bool> IsOfItsTwinAsync(string key, Dictionary<string, StoredObject> found, CancellationToken token)
    {
        var twin = DumpName.Plain(key) is var plain && plain == key ? key + DumpName.Sealed : plain;
        return found.ContainsKey(twin) && await ManifestReading.ManifestAsync(store, twin, mayBeRenamed: false, token) is { Manifest: not null };
    }

    private static DumpState StateOf(StoredObject? dump, DumpManifest? manifest, CheckMark? mark) => (dump, manifest, mark) switch
    {
        (null, _, _) => DumpState.Missing,
        (_, null, _) => DumpState.Foreign,
        (_, _, { Passed: false }) => DumpState.Damaged,
        _ when dump.Size != manifest.Size => DumpState.Damaged,
        // To verify a dump without rows again does not give it any.
        _ when manifest.Gaps.Any(gap => gap.Kind == CoverageGap.NoData) => DumpState.Unchecked,
        _ when manifest.Check == DumpManifest.FullCheck || mark is { Passed: true } => DumpState.Good,
        _ => DumpState.Unchecked,
    };
}

/// <summary>What a look into stores of dumps found.</summary>
/// <param name="Entries">Newest first.</param>
/// <param name="Unseen">A sentence for each part that could not be looked at. Nothing may be concluded from what is missing there.</param>
internal sealed record DumpListing(IReadOnlyList<DumpEntry> Entries, IReadOnlyList<string> Unseen);
