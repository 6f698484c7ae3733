using Tidemark.Bench.Machine;
using Tidemark.Bench.Measuring;
using Tidemark.Bench.Races;
using Tidemark.Bench.Server;

namespace Tidemark.Bench.WalRaces;

/// <summary>The races of WAL, from nothing to the written table.</summary>
/// <remarks>1. the programs · 2. a folder on a real disk · 3. a server of its own · 4. its WAL · 5. the archives that fetches read · 6. the races · 7. table and figures.</remarks>
internal sealed class WalRaceRunner(WalRaceOptions options, TimeProvider clock, CancellationToken token)
{
    public void Run()
    {
        if (options.Segments is < 2 or > 4096) throw new BenchFailure("--segments wants 2 to 4096");
        if (options.Repetitions is < 1 or > 1000) throw new BenchFailure("--reps wants 1 to 1000");
        var chosen = Enum.GetValues<WalRaceName>().Where(name => options.Only.IsMatch(name.Called())).ToList();
        if (chosen.Count == 0) throw new BenchFailure($"no race matches --only; there are {string.Join(", ", Enum.GetValues<WalRaceName>().Select(WalRaceNames.Called))}");
        var programs = BenchPrograms.Find(options.Major, Environment.GetEnvironmentVariable("TIDEMARK_BIN"));
        // pgBackRest works on in the background: it is to be seen, and waited for.
        Orphans.Adopt();
        using var workplace = Workplace.Open(options.Disk, (double)options.Segments * WalSource.SegmentBytes / (1 << 30));
        Say($"starting PostgreSQL {options.Major} of its own");
        using var server = ScratchServer.Start(programs.Postgres, workplace.Folder, token);
        Say($"making {options.Segments} segments of WAL");
        var source = WalSource.Make(server, workplace.NewPlace("source"), options.Segments, token);

        var track = new WalTrack(programs, server, source, workplace);
        var marshal = new ProvenMarshal(() => track.NewPlace(), new Stopwatches(server.ProcessId, token), new Quiet(token), Say);
        var results = chosen.ConvertAll(name => marshal.Run(Of(name, track), options.Repetitions));

        var report = new WalRaceReport(clock.GetUtcNow(), MachineFacts.Of(programs, server, workplace), Shell.Output("pgbackrest", ["version"]).Trim(), options.Segments, options.Repetitions, results);
        var table = WalRaceTable.Write(report);
        var stem = Path.Combine(Directory.CreateDirectory(options.Out).FullName, $"compare-wal-{report.At:yyyyMMdd'T'HHmmss'Z'}");
        File.WriteAllText(stem + ".md", table);
        File.WriteAllBytes(stem + ".json", WalRaceFigures.Write(report));
        Console.Out.Write(table);
        Say($"written: {stem}.md and .json");
        if (report.Findings.Any(finding => finding.Void is not null)) throw new BenchFailure("a result was wrong: its rows are void");
    }

    private ProvenRace Of(WalRaceName name, WalTrack track)
    {
        if (name == WalRaceName.Receive) return ReceiveRace.Of(track, token);
        if (name == WalRaceName.Push) return PushRace.Of(track);
        Say("filling the archives that fetches read");
        return FetchRace.Of(track);
    }

    private void Say(string what) => Console.Error.WriteLine($"{clock.GetUtcNow():HH:mm:ss} {what}");
}
