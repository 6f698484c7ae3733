using Tidemark.Bench.Data;
using Tidemark.Bench.Machine;
using Tidemark.Bench.Measuring;

namespace Tidemark.Bench.Races;

/// <summary>Runs a race: each contender once unmeasured, then rounds in which every one has its turn, the order changing.</summary>
internal sealed class RaceMarshal(Track track, Stopwatches watches, Quiet quiet, Action<string> say, CancellationToken token)
{
    private const int QuickRounds = 20;

    public RaceResult Run(Race race, int repetitions)
    {
        var rounds = race.Quick ? Math.Max(QuickRounds, repetitions) : repetitions;
        var samples = race.Contenders.Select(_ => new List<Sample>()).ToList();
        foreach (var contender in race.Contenders) Turn(race, contender, warmUp: true);
        for (var round = 0; round < rounds; round++)
            foreach (var index in Order(race.Contenders.Count, round))
            {
                var sample = Turn(race, race.Contenders[index], warmUp: false);
                samples[index].Add(sample);
                if (!race.Quick) say(FormattableString.Invariant($"{race.Name} {round + 1}/{rounds}: {sample.Wall:0.00} s, CPU {sample.Cpu:0.00} s, others {sample.Others:0.00} s: {race.Contenders[index].Name}"));
            }
        return new RaceResult(race, samples);
    }

    /// <summary>Each is first, last and in between in turn, and both ways around.</summary>
    public static IEnumerable<int> Order(int count, int round)
    {
        var turned = Enumerable.Range(0, count).Select(i => (i + (round / 2)) % count);
        return round % 2 == 0 ? turned : turned.Reverse();
    }

    private Sample Turn(Race race, Contender contender, bool warmUp)
    {
        var place = track.NewPlace();
        try
        {
            if (!race.Quick || warmUp)
            {
                track.Server.Execute("postgres", "checkpoint");
                Disks.WriteBack();
                Disks.Warm(race.Reads());
                if (!warmUp) quiet.Wait();
            }
            var sample = watches.Measure(contender.Launch(place)) with { Stored = Track.DumpIn(place)?.Length ?? 0 };
            if (race.Restores) Restored(contender, compare: warmUp);
            return sample;
        }
        finally
        {
            Directory.Delete(place, recursive: true);
        }
    }

    private void Restored(Contender contender, bool compare)
    {
        var made = track.RestoredDatabases();
        if (made.Count != 1) throw new BenchFailure($"{contender.Name} made {made.Count} databases");
        if (compare && track.Database.Rows(made[0]) is var rows && rows != track.Database.Rows(SampleDatabase.Name)) throw new BenchFailure($"{contender.Name} restored other rows: {rows}");
        track.Server.Execute("postgres", $"drop database \"{made[0]}\" with (force)");
        token.ThrowIfCancellationRequested();
    }
}
