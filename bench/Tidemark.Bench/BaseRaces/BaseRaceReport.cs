using Tidemark.Bench.Machine;
using Tidemark.Bench.Races;

namespace Tidemark.Bench.BaseRaces;

/// <summary>All that was found out.</summary>
/// <param name="At">When.</param>
/// <param name="Machine">Where.</param>
/// <param name="Scale">Of the cluster.</param>
/// <param name="ClusterBytes">Of its files, without WAL.</param>
/// <param name="ClusterFiles">How many.</param>
/// <param name="Repetitions">Rounds.</param>
/// <param name="Races">What was raced.</param>
internal sealed record BaseRaceReport(DateTimeOffset At, MachineFacts Machine, int Scale, long ClusterBytes, int ClusterFiles, int Repetitions, IReadOnlyList<ProvenResult> Races)
{
    public IReadOnlyList<BaseFinding> Findings { get; } = [.. Races.SelectMany(race => race.Race.Pairs.Select(pair => new BaseFinding(race, pair)))];
}
