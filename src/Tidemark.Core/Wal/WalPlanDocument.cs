namespace Tidemark.Wal;

/// <summary>A <see cref="WalPlan"/> as JSON.</summary>
internal sealed record WalPlanDocument
{
    public required int Format { get; init; }

    /// <summary>Decimal, as text.</summary>
    public required string SystemIdentifier { get; init; }

    /// <summary>Bytes.</summary>
    public required int SegmentSize { get; init; }

    public required uint Timeline { get; init; }

    /// <summary>The timelines it came from, the oldest first; empty for timeline 1.</summary>
    public required IReadOnlyList<WalPlanFork> History { get; init; }

    /// <summary>An LSN, as PostgreSQL writes it: 0/2000028.</summary>
    public required string Start { get; init; }

    public required string End { get; init; }

    public WalPlanTail? Tail { get; init; }
}

/// <summary>A timeline that was left, and where.</summary>
internal sealed record WalPlanFork
{
    public required uint Timeline { get; init; }

    public required string End { get; init; }
}

/// <summary>What is served of the last segment.</summary>
internal sealed record WalPlanTail
{
    public required int Length { get; init; }

    public required string Sha256 { get; init; }
}
