using Tidemark.Storage;

namespace Tidemark.BaseBackups;

/// <summary>Which base backups a store holds. Each is read from its documents alone: no name, time or listing order is trusted.</summary>
internal sealed class BaseCatalog(BaseStore bases, KnownWriters writers)
{
    /// <summary>In no order.</summary>
    /// <exception cref="Fault">8: the store, also where a part of it could not be looked at.</exception>
    public async Task<IReadOnlyList<BaseEntry>> ListAsync(CancellationToken token)
    {
        var (found, unseen) = (new Dictionary<BaseId, List<string>>(), new List<string>());
        await foreach (var stored in bases.Store.ListObjectsAsync(bases.Keys.All, unseen.Add, token))
            if (bases.Keys.Parse(stored.Key) is var (id, name))
            {
                if (!found.TryGetValue(id, out var names)) found[id] = names = [];
                names.Add(name);
            }
        if (unseen.Count > 0) throw new Fault(FaultCode.Store, "a part of the store could not be looked at") { Where = $"{bases.Keys.All} in {bases.Store.Address}", Why = string.Join("; ", unseen), Next = $"tidemark store check {bases.Store.Address}" };
        var entries = new List<BaseEntry>();
        foreach (var (id, names) in found)
            entries.Add(await ReadAsync(id, names, token) with { Marks = [.. names.Where(name => name.StartsWith(BaseKeys.Marks, StringComparison.Ordinal)).Select(name => bases.Keys.Of(id, name))] });
        return entries;
    }

    private async Task<BaseEntry> ReadAsync(BaseId id, List<string> names, CancellationToken token)
    {
        var entry = new BaseEntry(id, BaseState.Damaged, "it has a manifest, and no refs");
        try
        {
            if (names.Contains(BaseKeys.Refs))
            {
                var refs = await bases.ReadRefsAsync(id, token);
                entry = Judged(entry, refs.Line, "refs") with { Refs = refs.Document };
            }
            if (!names.Contains(BaseKeys.Manifest)) return entry with { State = BaseState.Interrupted, Why = names.Contains(BaseKeys.Intent) ? "it has no manifest: it is being taken, or its run was killed" : "it has neither intent nor manifest" };
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

    private BaseEntry Judged(BaseEntry entry, SignedLine line, string document) => writers.Judge(line) switch
    {
        SignatureVerdict.Known => entry with { State = BaseState.Complete, Why = null },
        SignatureVerdict.Forged => entry with { State = BaseState.Damaged, Why = $"its {document} bears the name of writer {line.Signature!.Writer}, who did not write this" },
        SignatureVerdict.Unsigned => entry with { State = BaseState.Unauthenticated, Why = $"its {document} is not signed" },
        _ => entry with { State = BaseState.Unauthenticated, Why = $"its {document} is by writer {line.Signature!.Writer}, whom this machine does not know" },
    };
}
