namespace Tidemark.Bench.Measuring;

/// <summary>A command as it is started.</summary>
internal sealed record Launch
{
    /// <summary>For messages and tables.</summary>
    public required string Name { get; init; }

    public required string Program { get; init; }

    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>All that it gets: nothing of ours goes through.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>The working folder.</summary>
    public required string Folder { get; init; }

    public IReadOnlyList<int> GoodExits { get; init; } = [0];

    /// <summary>Of a command that would not end by itself: true when its work is done. The clock stops then, and it is interrupted.</summary>
    public Func<bool>? Done { get; init; }
}
