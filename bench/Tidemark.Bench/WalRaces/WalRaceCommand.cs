using System.CommandLine;
using System.Text.RegularExpressions;

namespace Tidemark.Bench.WalRaces;

/// <summary><c>bench/compare wal</c>.</summary>
internal static class WalRaceCommand
{
    public static Command Build(CancellationToken token)
    {
        var segments = new Option<int>("--segments") { Description = "segments of 16 MB that are received, pushed and fetched", DefaultValueFactory = _ => 48 };
        var repetitions = new Option<int>("--reps") { Description = "measured rounds of each race", DefaultValueFactory = _ => 5 };
        var only = new Option<string>("--only") { Description = "regular expression: the races to run, of wal-receive, wal-push and wal-fetch", DefaultValueFactory = _ => "" };
        var major = new Option<int>("--postgres") { Description = "major version of the throw-away server: 15, or another that pgBackRest here knows", DefaultValueFactory = _ => 15 };
        var output = new Option<string>("--out") { Description = "folder for the table (.md) and the figures (.json)", DefaultValueFactory = _ => "bench/results" };
        var disk = new Option<string>("--disk") { Description = "folder on a real disk, for about 130 MB a segment and 2 GB", DefaultValueFactory = _ => "/var/tmp" };
        var command = new Command("wal", "WAL received, pushed and fetched, beside pg_receivewal and pgBackRest.") { segments, repetitions, only, major, output, disk };
        command.SetAction(parsed =>
        {
            var options = new WalRaceOptions
            {
                Segments = parsed.GetValue(segments),
                Repetitions = parsed.GetValue(repetitions),
                Only = new Regex(parsed.GetValue(only)!, RegexOptions.CultureInvariant),
                Major = parsed.GetValue(major),
                Out = Path.GetFullPath(parsed.GetValue(output)!),
                Disk = Path.GetFullPath(parsed.GetValue(disk)!),
            };
            return BenchCommand.Told(() => new WalRaceRunner(options, TimeProvider.System, token).Run());
        });
        return command;
    }
}
