using Tidemark.BaseBackups;
using Tidemark.Repositories;
using Tidemark.Retention;
using Tidemark.Retention.Bases;

namespace Tidemark.Runs;

/// <summary>Pinning of base backups as people do it: recorded, with who and why.</summary>
internal sealed class BasePinRun(RunRecorder recorder, string stateFolder, TimeSpan grace, TimeProvider clock)
{
    public Task<PinMark> PinAsync(StoredBackup backup, string reason, DateTimeOffset? until, CancellationToken token) => RecordAsync(RunKind.Pin, backup, pins => pins.PinAsync(backup, reason, until, recorder.Actor, token));

    public Task<PinMark> UnpinAsync(StoredBackup backup, CancellationToken token) => RecordAsync(RunKind.Unpin, backup, pins => pins.UnpinAsync(backup, recorder.Actor, token));

    private Task<PinMark> RecordAsync(RunKind kind, StoredBackup backup, Func<BasePinRunner, Task<PinMark>> work) => recorder.RecordAsync(kind, IncarnationFolder.DefaultCluster, async run =>
    {
        run.Details = new RunDetails { BackupId = backup.Id };
        var pin = await work(new BasePinRunner(WriterKey.Ensure(stateFolder), grace, clock));
        run.Log($"reason: {pin.Reason}{(pin.Until is { } until ? $"; until {until.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z" : "")}");
        return pin;
    });
}
