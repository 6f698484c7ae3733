using Tidemark.BaseBackups;

namespace Tidemark.Retention.Bases;

/// <summary>A base backup as retention sees it.</summary>
/// <param name="Entry">It has refs.</param>
/// <param name="Now">The moment of the plan.</param>
internal sealed record BaseItem(BaseEntry Entry, DateTimeOffset Now) : IExpiring
{
    public string Id => Entry.Id.Text;

    public WalSpan Wal => Entry.Refs!.Wal;

    public DateTimeOffset Time => Wal.Stop.Time;

    public bool IsGood => Entry.IsGood;

    public string StateInWords => IsGood ? "good" : Entry.State.ToString().ToLowerInvariant();

    /// <summary>What a drill of it left; of one that is damaged since it proves nothing any more.</summary>
    public BaseMark? Proof => IsGood ? Entry.Marks.Proof : null;

    /// <summary>The log between the backup's beginning and the moment that a drill came back to.</summary>
    public WalSpan? ProvenWal => Proof?.Reached is { } reached ? new WalSpan { Start = Wal.Start, Stop = reached } : null;

    /// <summary>Of several, one that holds.</summary>
    public PinMark? Pin => Entry.Marks.Pins.Select(MarkOf).OrderByDescending(pin => pin.Holds(Now)).ThenByDescending(pin => pin.At).FirstOrDefault();

    private static PinMark MarkOf(StoredMark pin) => pin.Mark is { } mark
        ? new PinMark { Reason = mark.Reason ?? "no reason was given", By = mark.By, At = mark.At, Until = mark.Until }
        : new PinMark { Reason = "its pin cannot be read", By = "?", At = pin.Written, Finding = pin.Name };
}
