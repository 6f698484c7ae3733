namespace Tidemark.Retention;

/// <summary>What the rules look at, whatever kind of backup it is.</summary>
internal interface IExpiring
{
    /// <summary>Its recovery point.</summary>
    DateTimeOffset Time { get; }

    bool IsGood { get; }

    /// <summary>For people: good, damaged …</summary>
    string StateInWords { get; }

    /// <summary>Also one that has ended; null: it has none.</summary>
    PinMark? Pin { get; }
}
