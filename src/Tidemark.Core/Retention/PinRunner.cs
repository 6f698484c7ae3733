using Tidemark.Dumps;

namespace Tidemark.Retention;

/// <summary>Pins dumps and takes pins off. The pin lies beside the dump, in each store that has it, so it outlives the history of runs and moves with the store.</summary>
internal sealed class PinRunner(DumpStores stores, TimeProvider clock)
{
    /// <summary>An earlier pin of the dump is replaced.</summary>
    /// <exception cref="Fault">There is no such dump, or it is not ours.</exception>
    public async Task<PinMark> PinAsync(DumpEntry entry, string reason, DateTimeOffset? until, string by, CancellationToken token)
    {
        RequireOurs(entry);
        if (string.IsNullOrWhiteSpace(reason)) throw new Fault(FaultCode.Usage, "a pin needs a reason") { Where = "--reason", Next = $"tidemark pin {entry.Id} --reason \"before the migration\"" };
        if (entry.State == DumpState.Missing) throw new Fault(FaultCode.NotFound, "the file of this backup is gone; only its manifest is left") { Where = entry.Path, Next = "tidemark list" };
        var pin = new PinMark { Reason = reason.Trim(), By = by, At = clock.GetUtcNow(), Until = until };
        foreach (var copy in entry.Copies.Where(copy => copy.State != DumpState.Missing))
        {
            // Held: a removal that has begun makes this a fault, and one that begins now sees the pin.
            using var held = OpenDump.HoldForReading(copy);
            await DumpDocument.WriteAsync(copy.Store, DumpName.PinOf(copy.Key), pin, PinJson.Default.PinMark, token);
        }
        return pin;
    }

    /// <returns>The pin that was taken off.</returns>
    /// <exception cref="Fault">It is not pinned.</exception>
    public async Task<PinMark> UnpinAsync(DumpEntry entry, CancellationToken token)
    {
        RequireOurs(entry);
        PinMark? found = null;
        foreach (var copy in entry.Copies)
        {
            found ??= await Pins.NowAsync(copy, token);
            await copy.Store.Objects.DeleteAsync(DumpName.PinOf(copy.Key), token);
        }
        return found ?? throw new Fault(FaultCode.NotFound, "this backup is not pinned") { Where = entry.Key, Next = "tidemark list" };
    }

    private void RequireOurs(DumpEntry entry)
    {
        if (entry.IsOutside) throw new Fault(FaultCode.OutsideStore, "only backups in the backup folder are pinned") { Where = entry.Path, Why = $"the backup folder is {stores.Address}, and nothing outside of it is ever removed", Next = "tidemark list" };
        if (entry.Finding is not null) throw new Fault(FaultCode.Refused, "its manifest cannot be relied on, so it never expires") { Where = entry.Key, Why = entry.Finding, Next = $"move {entry.Store.PathOf(DumpName.ManifestOf(entry.Key))} away, then: tidemark adopt {entry.Key}" };
        if (entry.Manifest is null) throw new Fault(FaultCode.Refused, "this file is not ours: it never expires, and so it is not pinned") { Where = entry.Key, Why = "it has no manifest", Next = $"tidemark adopt {entry.Key}" };
    }
}
