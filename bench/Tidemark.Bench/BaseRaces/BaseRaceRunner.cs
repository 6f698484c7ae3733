using Tidemark.Bench.Machine;
using Tidemark.Bench.Measuring;
using Tidemark.Bench.Races;
using Tidemark.Bench.Server;

namespace Tidemark.Bench.BaseRaces;

/// <summary>The races of base backups, from nothing to the written table.</summary>
/// <remarks>1. the programs · 2. a folder on a real disk · 3. a server of its own · 4. its cluster · 5. the races, each after the backups that it reads · 6. table, plot and figures.</remarks>
internal sealed class BaseRaceRunner(BaseRaceOptions options, TimeProvider clock, CancellationToken token)
{
    public void Run()
    {
        if (options.Scale is < 1 or > 1000) throw new BenchFailure("--scale wants 1 to 1000");
        if (options.Repetitions is < 1 or > 1000) throw new BenchFailure("--reps wants 1 to 1000");
        var chosen = Enum.GetValues<BaseRaceName>().Where(name => options.Only.IsMatch(name.Called())).ToList();
        if (chosen.Count == 0) throw new BenchFailure($"no race matches --only; there are {string.Join(", ", Enum.GetValues<BaseRaceName>().Select(BaseRaceNames.Called))}");
        var programs = BenchPrograms.Find(options.Major, Environment.GetEnvironmentVariable("TIDEMARK_BIN"));
        var pgBackRest = Environment.GetEnvironmentVariable("PGBACKREST_BIN") ?? "/usr/bin/pgbackrest";
        Orphans.Adopt();
        using var workplace = Workplace.Open(options.Disk, options.Scale * (0.01 + (0.011 * (options.Repetitions + 1))));
        Say($"starting PostgreSQL {options.Major} of its own");
        using var server = ScratchServer.Start(programs.Postgres, workplace.Folder, token, BaseTrack.ServerSettings(workplace));
        var side = workplace.NewPlace("side");
        ServerUser.Give(side);
        var sample = new ClusterSample(programs, server, side);
        var track = new BaseTrack(programs, server, sample, workplace);
        track.ArchiveBy(null);
        Say($"making a cluster at scale {options.Scale}");
        sample.Make(options.Scale, token);
        track.ReadContent();

        var (races, marshal) = (new BaseRaces(track, pgBackRest), new ProvenMarshal(() => track.NewPlace(), new Stopwatches(server.ProcessId, token), new Quiet(token), Say));
        var results = chosen.ConvertAll(name =>
        {
            Say($"preparing {name.Called()}");
            return marshal.Run(races.Of(name), options.Repetitions);
        });

        var report = new BaseRaceReport(clock.GetUtcNow(), MachineFacts.Of(programs, server, workplace), options.Scale, sample.Bytes, sample.Files.Count(), options.Repetitions, results);
        var table = BaseRaceTable.Write(report);
        var stem = Path.Combine(Directory.CreateDirectory(options.Out).FullName, $"compare-base-{report.At:yyyyMMdd'T'HHmmss'Z'}");
        File.WriteAllText(stem + ".md", table);
        File.WriteAllText(stem + ".svg", BaseRacePlot.Write(report));
        File.WriteAllBytes(stem + ".json", BaseRaceFigures.Write(report));
        Console.Out.Write(table);
        Say($"written: {stem}.md, .svg and .json");
        if (report.Findings.Any(finding => finding.Void is not null)) throw new BenchFailure("a result was wrong: its rows are void");
    }

    private void Say(string what) => Console.Error.WriteLine($"{clock.GetUtcNow():HH:mm:ss} {what}");
}
