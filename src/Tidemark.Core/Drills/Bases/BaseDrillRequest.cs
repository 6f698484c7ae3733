using Tidemark.BaseBackups;
using Tidemark.Configuration;
using Tidemark.Drills.Checks;
using Tidemark.Postgres;
using Tidemark.Restores.Bases;

namespace Tidemark.Drills.Bases;

/// <summary>What is to be rehearsed of a whole server.</summary>
internal sealed record BaseDrillRequest
{
    /// <summary>Null: whichever leads to the moment.</summary>
    public required BaseId? Backup { get; init; }

    /// <summary>Up to where; null: a random second of those that can be reached.</summary>
    public required RecoveryTarget? Target { get; init; }

    /// <summary>How the server that was backed up is reached: the restored one has the same roles and databases. Null: as postgres.</summary>
    public required DatabaseAddress? Known { get; init; }

    public required ObjectiveOptions Objectives { get; init; }

    public required HeartbeatOptions Heartbeat { get; init; }

    public IReadOnlyList<DrillAssertion> Assertions { get; init; } = [];

    /// <summary>After the recovery, and as the test.</summary>
    public required HookOptions Hooks { get; init; }

    /// <summary>Hooks run in this folder.</summary>
    public required string ProjectRoot { get; init; }

    /// <summary>How a recovering server would call us; it does not, for its WAL is laid down.</summary>
    public required FetchCall Fetch { get; init; }
}
