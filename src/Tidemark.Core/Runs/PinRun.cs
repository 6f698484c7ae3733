using Tidemark.Dumps;
using Tidemark.Retention;

namespace Tidemark.Runs;

/// <summary>Pinning as people do it: recorded, with who and why.</summary>
internal sealed class PinRun(RunRecorder recorder, PinRunner pins)
{
    public Task<PinMark> PinAsync(DumpEntry entry, string reason, DateTimeOffset? until, CancellationToken token) => RecordAsync(RunKind.Pin, entry, () => pins.PinAsync(entry, reason, until, recorder.Actor, token));

    public Task<PinMark> UnpinAsync(DumpEntry entry, CancellationToken token) => RecordAsync(RunKind.Unpin, entry, () => pins.UnpinAsync(entry, token));

    private Task<PinMark> RecordAsync(RunKind kind, DumpEntry entry, Func<Task<PinMark>> work) => recorder.RecordAsync(kind, entry.Database ?? "?", async run =>
    {
        run.Details = new RunDetails { BackupId = entry.Id, File = entry.Key };
        var pin = await work();
        run.Log($"reason: {pin.Reason}{(pin.Until is { } until ? $"; until {until.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z" : "")}");
        return pin;
    });
}
