using Tidemark.Bench.Measuring;

namespace Tidemark.Bench.Races;

/// <param name="Race">What was raced.</param>
/// <param name="Samples">Of each contender, one a round, in the order of the rounds.</param>
internal sealed record RaceResult(Race Race, IReadOnlyList<IReadOnlyList<Sample>> Samples);
