using Tidemark.Postgres.Wal;

namespace Tidemark.Restores.Bases;

/// <param name="Outcome">What the server does now.</param>
/// <param name="Reached">The end of what was replayed; null: the server did not say.</param>
/// <param name="LastCommit">That it has, by the clock of the server that wrote it.</param>
/// <param name="Timeline">That it is on.</param>
/// <param name="Port">Where it listens.</param>
/// <param name="Log">What it said.</param>
/// <param name="Duration">Since it was started.</param>
/// <param name="Warnings">For a person.</param>
internal sealed record ReplayReport(ReplayOutcome Outcome, Lsn? Reached, DateTimeOffset? LastCommit, TimelineId Timeline, int? Port, string Log, TimeSpan Duration, IReadOnlyList<string> Warnings);

internal enum ReplayOutcome
{
    /// <summary>It waits at its target, readable.</summary>
    Paused,

    /// <summary>Recovery is over: it takes writes.</summary>
    Promoted,

    /// <summary>A standby that receives from its primary, or follows the archive.</summary>
    Following,
}
