using Tidemark.Configuration;
using Tidemark.Drills.Checks;
using Tidemark.Dumps;

namespace Tidemark.Drills;

/// <summary>What is to be rehearsed.</summary>
internal sealed record DrillRequest
{
    public required DumpEntry Source { get; init; }

    /// <summary>How it was picked, in words.</summary>
    public required string Picked { get; init; }

    /// <summary>Until when a loss would have led back to this backup.</summary>
    public required DateTimeOffset NewestUntil { get; init; }

    /// <summary>Null: a private server.</summary>
    public DrillTarget? Target { get; init; }

    /// <summary>A copy is damaged, and the drill has to fail.</summary>
    public bool Sabotage { get; init; }

    public required ObjectiveOptions Objectives { get; init; }

    public required HeartbeatOptions Heartbeat { get; init; }

    public IReadOnlyList<DrillAssertion> Assertions { get; init; } = [];

    /// <summary>After the restore, and as the test; those around a swap are none of a drill's.</summary>
    public required HookOptions Hooks { get; init; }

    /// <summary>Hooks run in this folder.</summary>
    public required string ProjectRoot { get; init; }

    /// <param name="pick">What is restored.</param>
    /// <param name="all">Everything in the stores.</param>
    /// <param name="target">Null: a private server.</param>
    /// <param name="options">As it is configured.</param>
    /// <param name="now">The moment.</param>
    /// <exception cref="Fault">6: the questions cannot be read.</exception>
    public static DrillRequest Of(DrillPick pick, IReadOnlyList<DumpEntry> all, DrillTarget? target, TidemarkOptions options, DateTimeOffset now) => new()
    {
        Source = pick.Backup,
        Picked = pick.Words,
        NewestUntil = DrillMeasures.UntilOf(pick.Backup, all, now),
        Target = target,
        Objectives = options.Objectives,
        Heartbeat = options.Heartbeat,
        Assertions = DrillAssertion.ReadAll(options.Drills.Assertions),
        Hooks = options.Hooks,
        ProjectRoot = options.ProjectRoot,
    };
}
