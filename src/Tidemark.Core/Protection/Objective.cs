namespace Tidemark.Protection;

/// <summary>How old, or how long, something may be.</summary>
internal readonly record struct Objective(TimeSpan Allowed)
{
    /// <summary>Exactly the whole of it is still inside, exactly 80 % of it is at risk.</summary>
    public ProtectionState Judge(TimeSpan used) => used > Allowed ? ProtectionState.Exposed : used >= Allowed * 0.8 ? ProtectionState.AtRisk : ProtectionState.Protected;
}
