using Tidemark.Bench.Machine;
using Tidemark.Bench.Races;

namespace Tidemark.Bench.Reports;

/// <summary>All that was found out.</summary>
internal sealed record BenchReport(DateTimeOffset At, MachineFacts Machine, long TableBytes, int Repetitions, IReadOnlyList<RaceResult> Races)
{
    /// <summary>The most that our own process may have resident, whatever the size of the database.</summary>
    public const long MemoryTarget = 120_000_000;

    public IReadOnlyList<Finding> Findings { get; } = [.. Races.SelectMany(race => race.Race.Comparisons.Select(comparison => new Finding(race, comparison)))];
}
