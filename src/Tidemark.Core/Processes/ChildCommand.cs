namespace Tidemark.Processes;

/// <summary>A child program to run. Nothing secret stands in its arguments: they can be read by every user of the machine.</summary>
/// <param name="Program">A full path.</param>
/// <param name="Arguments">One string an argument; no shell sees them.</param>
internal sealed record ChildCommand(string Program, IReadOnlyList<string> Arguments)
{
    /// <summary>Added to our own environment. Messages are asked for in English (LC_ALL=C), since some are read by us.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Variables of our own environment that it does not get.</summary>
    public IReadOnlyList<string> Without { get; init; } = [];

    public string? WorkingFolder { get; init; }

    public string Name => Path.GetFileName(Program);
}
