using Tidemark.Configuration;
using Tidemark.Dumps;

namespace Tidemark.Retention;

/// <summary>What the policy means at a moment: what stays and why, what goes and why.</summary>
/// <param name="At">The moment.</param>
/// <param name="Policy">The rules.</param>
/// <param name="Groups">By database and server: a name is not a database.</param>
/// <param name="LeftAlone">Files without a manifest that can be relied on: not ours to remove, whatever their age.</param>
internal sealed record RetentionPlan(DateTimeOffset At, RetentionPolicy Policy, IReadOnlyList<RetentionGroup> Groups, IReadOnlyList<DumpEntry> LeftAlone)
{
    /// <summary>A sentence for each part of the folder that could not be looked at: what lies there neither goes nor counts.</summary>
    public IReadOnlyList<string> Unseen { get; init; } = [];

    public IEnumerable<RetentionDecision> Goes => Groups.SelectMany(group => group.Goes);

    public IEnumerable<RetentionDecision> Stays => Groups.SelectMany(group => group.Stays);
}

/// <summary>What becomes of one dump: it stays for its reasons, or it goes.</summary>
/// <param name="Item">The dump.</param>
/// <param name="Reasons">Why it stays; empty when it goes.</param>
/// <param name="Expiry">Why it goes; null when it stays.</param>
internal sealed record RetentionDecision(RetentionItem Item, IReadOnlyList<KeepReason> Reasons, Expiry? Expiry)
{
    public DumpEntry Entry => Item.Entry;

    /// <summary>For one that goes: the good one that stays, without which it would not go.</summary>
    public DumpEntry? StandIn { get; init; }

    /// <summary>On the disk.</summary>
    public long Bytes => Entry.State == DumpState.Missing ? 0 : Entry.Size;
}

/// <summary>One reason to keep a dump.</summary>
/// <param name="Rule">A stable word: lastGood, lastProven, pinned, age, count, daily, weekly, monthly, yearly, ahead, noGood.</param>
/// <param name="Text">For people, short.</param>
internal sealed record KeepReason(string Rule, string Text);

/// <summary>Why no rule keeps a dump any longer.</summary>
/// <param name="Rule">The first rule that let it go: age, count, daily, weekly, monthly or yearly.</param>
/// <param name="Text">What each rule says of it.</param>
internal sealed record Expiry(string Rule, string Text);
