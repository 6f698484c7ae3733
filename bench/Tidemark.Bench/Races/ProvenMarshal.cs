using Tidemark.Bench.Machine;
using Tidemark.Bench.Measuring;

namespace Tidemark.Bench.Races;

/// <summary>Runs a race: each contender once unmeasured, then rounds in which every one has its turn. What each turn left is looked at off the clock.</summary>
/// <param name="newPlace">Makes an empty folder for one turn.</param>
/// <param name="watches">Measure.</param>
/// <param name="quiet">Is waited for before each measurement.</param>
/// <param name="say">Told of each turn.</param>
internal sealed class ProvenMarshal(Func<string> newPlace, Stopwatches watches, Quiet quiet, Action<string> say)
{
    public ProvenResult Run(ProvenRace race, int rounds)
    {
        var samples = race.Contenders.Select(_ => new List<Sample>()).ToList();
        var (wrong, kept) = (new string?[race.Contenders.Count], new List<string>());
        for (var round = -1; round < rounds; round++)
            foreach (var index in RaceMarshal.Order(race.Contenders.Count, Math.Max(0, round)))
            {
                var (sample, flaw) = Turn(race, race.Contenders[index], kept, measured: round >= 0);
                wrong[index] ??= flaw;
                if (round >= 0) samples[index].Add(sample);
                say(FormattableString.Invariant($"{race.Name} {round + 1}/{rounds}: {sample.Wall:0.00} s, CPU {sample.Cpu:0.00} s, others {sample.Others:0.00} s: {race.Contenders[index].Name}{(flaw is null ? "" : $": WRONG: {flaw}")}"));
            }
        kept.ForEach(place => Directory.Delete(place, recursive: true));
        return new ProvenResult(race, samples, wrong);
    }

    private (Sample Sample, string? Wrong) Turn(ProvenRace race, ProvenContender contender, List<string> kept, bool measured)
    {
        var place = newPlace();
        try
        {
            var launch = contender.Launch(place);
            Disks.WriteBack();
            Disks.Warm(race.Reads());
            if (measured) quiet.Wait();
            var sample = watches.Measure(launch);
            var (bytes, wrong) = contender.Prove(place);
            if (!measured) wrong ??= contender.ProveOnce?.Invoke(place);
            return (sample with { Stored = bytes }, wrong);
        }
        finally
        {
            if (race.KeepsPlaces) kept.Add(place);
            else Directory.Delete(place, recursive: true);
        }
    }
}
