using Tidemark.Dumps;
using Tidemark.Retention;

namespace Tidemark.Runs;

/// <summary>Pinning as people do it: recorded, with who and why.</summary>
internal sealed class PinRun(RunRecorder recorder, PinRunner pins)
{
    public Task<PinMark> PinAsync(DumpEntry entry, string reason, DateTimeOffset? until) => RecordAsync(RunKind.Pin, entry, () => pins.Pin(entry, reason, until, recorder.Actor));

    public Task<PinMark> UnpinAsync(DumpEntry entry) => RecordAsync(RunKind.Unpin, entry, () => pins.Unpin(entry));

    private Task<PinMark> RecordAsync(RunKind kind, DumpEntry entry, Func<PinMark> work) => recorder.RecordAsync(kind, entry.Database ?? "?", run =>
    {
        run.Details = new RunDetails { BackupId = entry.Id, File = entry.Key };
        var pin = work();
        run.Log($"reason: {pin.Reason}{(pin.Until is { } until ? $"; until {until.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z" : "")}");
        return Task.FromResult(pin);
    });
}
