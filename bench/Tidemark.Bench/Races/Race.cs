namespace Tidemark.Bench.Races;

/// <summary>Contenders that do the same job, taking turns.</summary>
internal sealed record Race
{
    public required string Name { get; init; }

    public required IReadOnlyList<Contender> Contenders { get; init; }

    public required IReadOnlyList<Comparison> Comparisons { get; init; }

    /// <summary>Files that they read: put into the page cache before each run.</summary>
    public Func<IReadOnlyList<string>> Reads { get; init; } = () => [];

    /// <summary>Makes databases, which are compared with the original once, after the runs that are not measured.</summary>
    public bool Restores { get; init; }

    /// <summary>Takes milliseconds: many runs, without write-back and waiting between them.</summary>
    public bool Quick { get; init; }
}

/// <summary>What is said about a race.</summary>
/// <param name="Ours">Index of our contender.</param>
/// <param name="Peer">Index of the one it is set against; null: it stands alone.</param>
/// <param name="Target">Ratio of wall times, or seconds when it stands alone, that must not be passed; null: none was set.</param>
internal sealed record Comparison(int Ours, int? Peer, double? Target);
