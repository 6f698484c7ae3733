using Tidemark.BaseBackups;

namespace Tidemark.Retention.Bases;

/// <summary>Pins base backups and takes pins off, by marks beside them.</summary>
/// <param name="writer">Signs them.</param>
/// <param name="grace">From a tombstone to the sweep.</param>
/// <param name="clock">Of pins.</param>
internal sealed class BasePinRunner(WriterKey writer, TimeSpan grace, TimeProvider clock)
{
    /// <summary>An earlier pin is replaced. One that has expired is kept by it, while it is there.</summary>
    /// <exception cref="Fault">5: it is being swept. 2: no reason.</exception>
    public async Task<PinMark> PinAsync(StoredBackup backup, string reason, DateTimeOffset? until, string by, CancellationToken token)
    {
        if (string.IsNullOrWhiteSpace(reason)) throw new Fault(FaultCode.Usage, "a pin needs a reason") { Where = "--reason", Next = $"tidemark pin {backup.Id} --reason \"before the migration\"" };
        var now = clock.GetUtcNow();
        if (backup.Entry.Marks.Tombstone is { } expired && expired.Written + grace < now && !backup.Entry.Marks.IsPinned(now))
            throw new Fault(FaultCode.Refused, "this backup has expired, and is being removed") { Where = backup.Key, Why = expired.Mark?.Reason, Next = "tidemark list" };
        var before = backup.Entry.Marks.Pins;
        var pin = new BaseMark { Id = backup.Id, Type = BaseMark.Pin, At = now, By = by, Reason = reason.Trim(), Until = until };
        await backup.Bases.WriteAsync(pin, writer, token);
        if (before.Count > 0) await TakeOffAsync(backup, before, by, token);
        return new PinMark { Reason = pin.Reason, By = by, At = now, Until = until };
    }

    /// <returns>The pin that was taken off.</returns>
    /// <exception cref="Fault">4: it is not pinned.</exception>
    public async Task<PinMark> UnpinAsync(StoredBackup backup, string by, CancellationToken token)
    {
        if (backup.Entry.Refs is null || new BaseItem(backup.Entry, clock.GetUtcNow()).Pin is not { } pin) throw new Fault(FaultCode.NotFound, "this backup is not pinned") { Where = backup.Key, Next = "tidemark list" };
        await TakeOffAsync(backup, backup.Entry.Marks.Pins, by, token);
        return pin;
    }

    private async Task TakeOffAsync(StoredBackup backup, IReadOnlyList<StoredMark> pins, string by, CancellationToken token) =>
        await backup.Bases.WriteAsync(new BaseMark { Id = backup.Id, Type = BaseMark.Unpin, At = clock.GetUtcNow(), By = by, Of = [.. pins.Select(pin => pin.Name)] }, writer, token);
}
