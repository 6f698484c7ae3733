using Tidemark.Configuration;

namespace Tidemark.Standbys;

/// <summary>How a standby shall take over.</summary>
internal sealed record PromoteOptions
{
    public required StandbyRecord Record { get; init; }

    public required StandbySides Sides { get; init; }

    /// <summary>The old primary takes no more writes first.</summary>
    public bool Fence { get; init; }

    /// <summary>How long the standby may take to catch up.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long getting back may take.</summary>
    public required TimeSpan Rto { get; init; }

    public bool Force { get; init; }

    public string? Confirm { get; init; }

    /// <summary>The setting that says production; null: none does.</summary>
    public string? ProductionSaidBy { get; init; }

    public required HookOptions Hooks { get; init; }

    public required string ProjectRoot { get; init; }
}
