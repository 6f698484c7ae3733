using Tidemark.Bench.Machine;
using Tidemark.Bench.Races;

namespace Tidemark.Bench.WalRaces;

/// <summary>All that was found out.</summary>
internal sealed record WalRaceReport(DateTimeOffset At, MachineFacts Machine, string PgBackRest, int Segments, int Repetitions, IReadOnlyList<ProvenResult> Races)
{
    public IReadOnlyList<WalFinding> Findings { get; } = [.. Races.SelectMany(race => race.Race.Pairs.Select(pair => new WalFinding(race, pair, Segments)))];
}
