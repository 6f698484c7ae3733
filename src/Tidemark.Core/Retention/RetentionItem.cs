using Tidemark.Dumps;

namespace Tidemark.Retention;

/// <summary>A dump as retention sees it.</summary>
/// <param name="Entry">As the folder shows it.</param>
/// <param name="Pin">Its pin, also one that has ended.</param>
/// <param name="ProvenAt">When a restore of it was rehearsed and found right; null: never.</param>
/// <param name="ProofFinding">Why the proof that lies beside it cannot be relied on: it may have been the last one.</param>
internal sealed record RetentionItem(DumpEntry Entry, PinMark? Pin = null, DateTimeOffset? ProvenAt = null, string? ProofFinding = null) : IExpiring
{
    public DateTimeOffset Time => Entry.Time;

    public string StateInWords => Entry.State.ToString().ToLowerInvariant();

    public bool IsGood => Entry.State == DumpState.Good;
}
