using Tidemark.Storage;

namespace Tidemark.BaseBackups;

/// <summary>Which base backups a store holds. Each is read from its documents alone: no name, time or listing order is trusted.</summary>
internal sealed class BaseCatalog(BaseStore bases, KnownWriters writers)
{
    /// <summary>In no order.</summary>
    /// <param name="token">Cancels.</param>
    /// <param name="withManifests">False: they are not opened, and what only they say is not known.</param>
    /// <exception cref="Fault">8: the store, also where a part of it could not be looked at.</exception>
    public async Task<IReadOnlyList<BaseEntry>> ListAsync(CancellationToken token, bool withManifests = true)
    {
        var (found, unseen) = (new Dictionary<BaseId, List<StoredObject>>(), new List<string>());
        await foreach (var stored in bases.Store.ListObjectsAsync(bases.Keys.All, unseen.Add, token))
            if (bases.Keys.Parse(stored.Key) is var (id, _))
            {
                if (!found.TryGetValue(id, out var objects)) found[id] = objects = [];
                objects.Add(stored);
            }
        if (unseen.Count > 0) throw StoreFault.Unseen(bases.Store, bases.Keys.All, unseen);
        var entries = new List<BaseEntry>();
        foreach (var (id, objects) in found) entries.Add(await ReadAsync(id, objects, withManifests, token));
        return entries;
    }

    private async Task<BaseEntry> ReadAsync(BaseId id, List<StoredObject> objects, bool withManifest, CancellationToken token)
    {
        var entry = await ReadAsync(id, objects.ToDictionary(one => bases.Keys.Parse(one.Key)!.Value.Name, one => one.Size, StringComparer.Ordinal), withManifest, token) with { Begun = objects.Min(one => one.Written), Heard = objects.Max(one => one.Written) };
        var marks = await new BaseMarkReader(bases, writers).ReadAsync(id, [.. objects.Where(one => one.Key.StartsWith(bases.Keys.Of(id, BaseKeys.Marks), StringComparison.Ordinal))], token);
        entry = entry with { Marks = marks };
        return entry.State is not (BaseState.Damaged or BaseState.Interrupted) && marks.Check is { Mark: { Passed: false } check }
            ? entry with { State = BaseState.Damaged, Why = $"verified {check.At.UtcDateTime:yyyy-MM-dd HH:mm}Z, and damaged: {string.Join("; ", check.Findings)}" }
            : entry;
    }

    /// <param name="id">Which.</param>
    /// <param name="names">Of its objects, and their sizes.</param>
    /// <param name="withManifest">False: it is not opened.</param>
    /// <param name="token">Cancels.</param>
    private async Task<BaseEntry> ReadAsync(BaseId id, Dictionary<string, long> names, bool withManifest, CancellationToken token)
    {
        if (!names.TryGetValue(BaseKeys.Manifest, out var size)) return await InterruptedAsync(id, names, token);
        var entry = new BaseEntry(id, BaseState.Damaged, "it has a manifest, and no refs");
        try
        {
            if (size <= BaseRevocation.Largest && await bases.IsRevokedAsync(id, token)) return new BaseEntry(id, BaseState.Interrupted, "its run was not heard of for too long, and was given up") { IsRevoked = true };
            if (names.ContainsKey(BaseKeys.Refs))
            {
                var refs = await bases.ReadRefsAsync(id, token);
                entry = Judged(entry, refs.Line, "refs") with { Refs = refs.Document };
            }
            if (!withManifest) return entry;
            var manifest = await bases.ReadManifestAsync(id, token);
            if (entry.Refs is null) return entry;
            var judged = Judged(entry, manifest.Line, "manifest") with { Manifest = manifest.Document };
            return entry.State == BaseState.Complete || judged.State == BaseState.Damaged ? judged : entry with { Manifest = manifest.Document };
        }
        catch (Fault closed) when (closed.Code == FaultCode.Keys)
        {
            return entry.State == BaseState.Complete ? entry with { State = BaseState.Sealed, Why = closed.InOneLine } : entry;
        }
        catch (Fault damaged) when (damaged.Code == FaultCode.Verification || damaged.Code == FaultCode.NotFound)
        {
            return entry with { State = BaseState.Damaged, Why = damaged.InOneLine };
        }
    }

    private async Task<BaseEntry> InterruptedAsync(BaseId id, Dictionary<string, long> names, CancellationToken token) =>
        new(id, BaseState.Interrupted, names.ContainsKey(BaseKeys.Intent) ? "it has no manifest: it is being taken, or its run was killed" : "it has neither intent nor manifest")
        {
            Intent = names.ContainsKey(BaseKeys.Intent) ? await OrNoneAsync(async () => (await bases.ReadIntentAsync(id, token)).Document) : null,
            Refs = names.ContainsKey(BaseKeys.Refs) ? await OrNoneAsync(async () => (await bases.ReadRefsAsync(id, token)).Document) : null,
        };

    private static async Task<T?> OrNoneAsync<T>(Func<Task<T>> read)
        where T : class
    {
        try
        {
            return await read();
        }
        catch (Fault unreadable) when (unreadable.Code == FaultCode.Verification || unreadable.Code == FaultCode.NotFound)
        {
            return null;
        }
    }

    private BaseEntry Judged(BaseEntry entry, SignedLine line, string document) => writers.Judge(line) switch
    {
        SignatureVerdict.Known => entry with { State = BaseState.Complete, Why = null },
        SignatureVerdict.Forged => entry with { State = BaseState.Damaged, Why = $"its {document} bears the name of writer {line.Signature!.Writer}, who did not write this" },
        SignatureVerdict.Unsigned => entry with { State = BaseState.Unauthenticated, Why = $"its {document} is not signed" },
        _ => entry with { State = BaseState.Unauthenticated, Why = $"its {document} is by writer {line.Signature!.Writer}, whom this machine does not know" },
    };
}
