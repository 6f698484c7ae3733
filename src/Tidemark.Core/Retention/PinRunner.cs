using System.Text.Json;
using Tidemark.Dumps;
using Tidemark.Files;

namespace Tidemark.Retention;

/// <summary>Pins dumps and takes pins off. The pin is a file beside the dump, so it outlives the history of runs and moves with the folder.</summary>
internal sealed class PinRunner(DumpFolder folder, TimeProvider clock)
{
    /// <summary>An earlier pin of the dump is replaced.</summary>
    /// <exception cref="Fault">There is no such dump, or it is not ours.</exception>
    public PinMark Pin(DumpEntry entry, string reason, DateTimeOffset? until, string by)
    {
        RequireOurs(entry);
        if (string.IsNullOrWhiteSpace(reason)) throw new Fault(FaultCode.Usage, "a pin needs a reason") { Where = "--reason", Next = $"tidemark pin {entry.Id} --reason \"before the migration\"" };
        if (entry.State == DumpState.Missing) throw new Fault(FaultCode.NotFound, "the file of this backup is gone; only its manifest is left") { Where = entry.Path, Next = "tidemark list" };
        var pin = new PinMark { Reason = reason.Trim(), By = by, At = clock.GetUtcNow(), Until = until };
        // Open, and so locked: a removal that has begun makes this a fault, and one that begins now sees the pin.
        using var dump = OpenDump.Open(entry.Path);
        DurableFile.WriteWhole(Pins.MarkOf(entry.Path), JsonSerializer.SerializeToUtf8Bytes(pin, PinJson.Default.PinMark), replace: true);
        return pin;
    }

    /// <returns>The pin that was taken off.</returns>
    /// <exception cref="Fault">It is not pinned.</exception>
    public PinMark Unpin(DumpEntry entry)
    {
        RequireOurs(entry);
        var pin = Pins.Of(entry) ?? throw new Fault(FaultCode.NotFound, "this backup is not pinned") { Where = entry.Key, Next = "tidemark list" };
        DurableFile.Remove(Pins.MarkOf(entry.Path));
        return pin;
    }

    private void RequireOurs(DumpEntry entry)
    {
        if (entry.Key.StartsWith("../", StringComparison.Ordinal)) throw new Fault(FaultCode.OutsideStore, "only backups in the backup folder are pinned") { Where = entry.Path, Why = $"the backup folder is {folder.Root}, and nothing outside of it is ever removed", Next = "tidemark list" };
        if (entry.Finding is not null) throw new Fault(FaultCode.Refused, "its manifest cannot be relied on, so it never expires") { Where = entry.Key, Why = entry.Finding, Next = $"move {DumpFolder.ManifestOf(entry.Path)} away, then: tidemark adopt {entry.Key}" };
        if (entry.Manifest is null) throw new Fault(FaultCode.Refused, "this file is not ours: it never expires, and so it is not pinned") { Where = entry.Key, Why = "it has no manifest", Next = $"tidemark adopt {entry.Key}" };
    }
}
