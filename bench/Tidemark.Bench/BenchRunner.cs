using Tidemark.Bench.Data;
using Tidemark.Bench.Machine;
using Tidemark.Bench.Measuring;
using Tidemark.Bench.Races;
using Tidemark.Bench.Reports;
using Tidemark.Bench.Server;

namespace Tidemark.Bench;

/// <summary>The whole comparison, from nothing to the written table.</summary>
/// <remarks>
/// 1. the programs · 2. a folder on a real disk · 3. a server of its own · 4. a database · 5. the backups that restores
/// and verifies read · 6. the races · 7. table and figures. The folder and the server vanish at the end, and with this process.
/// </remarks>
internal sealed class BenchRunner(BenchOptions options, TimeProvider clock, CancellationToken token)
{
    public void Run()
    {
        var programs = BenchPrograms.Find(options.Major);
        using var workplace = Workplace.Open(options.Disk, options.Gigabytes);
        Say($"starting PostgreSQL {options.Major} of its own");
        using var server = ScratchServer.Start(programs.Postgres, workplace.Folder, token);
        var database = new SampleDatabase(server);
        Say(FormattableString.Invariant($"making a database of {options.Gigabytes} GiB"));
        database.Make((long)(options.Gigabytes * (1L << 30)), token);

        var track = new Track(programs, server, database, workplace);
        var chosen = RaceCard.All(track).Where(race => options.Only.IsMatch(race.Name)).ToList();
        if (chosen.Count == 0) throw new BenchFailure($"no race matches --only; there are {string.Join(", ", RaceCard.All(track).Select(race => race.Name))}");
        Say("taking the backups that restores and verifies read");
        track.Stock();
        var marshal = new RaceMarshal(track, new Stopwatches(server.ProcessId, token), new Quiet(token), Say, token);
        var results = chosen.ConvertAll(race => marshal.Run(race, options.Repetitions));

        var report = new BenchReport(clock.GetUtcNow(), MachineFacts.Of(programs, server, workplace), database.TableBytes, options.Repetitions, results);
        var table = MarkdownReport.Write(report);
        var stem = Path.Combine(Directory.CreateDirectory(options.Out).FullName, $"compare-{report.At:yyyyMMdd'T'HHmmss'Z'}");
        File.WriteAllText(stem + ".md", table);
        File.WriteAllBytes(stem + ".json", JsonReport.Write(report));
        Console.Out.Write(table);
        Say($"written: {stem}.md and .json");
    }

    private void Say(string what) => Console.Error.WriteLine($"{clock.GetUtcNow():HH:mm:ss} {what}");
}
