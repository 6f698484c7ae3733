using System.CommandLine;
using System.Text.RegularExpressions;

namespace Tidemark.Bench.BaseRaces;

/// <summary><c>bench/compare base</c>.</summary>
internal static class BaseRaceCommand
{
    public static Command Build(CancellationToken token)
    {
        var scale = new Option<int>("--scale") { Description = "of pgbench, and of all else in the cluster: 100 makes 2.8 GB", DefaultValueFactory = _ => 100 };
        var repetitions = new Option<int>("--reps") { Description = "measured rounds of each race", DefaultValueFactory = _ => 5 };
        var only = new Option<string>("--only") { Description = "regular expression: the races to run, of base-full, base-sql, base-increment, base-restore and base-delta", DefaultValueFactory = _ => "" };
        var major = new Option<int>("--postgres") { Description = "major version of the throw-away server: 15, or 17", DefaultValueFactory = _ => 15 };
        var output = new Option<string>("--out") { Description = "folder for the table (.md), the plot (.svg) and the figures (.json)", DefaultValueFactory = _ => "bench/results" };
        var disk = new Option<string>("--disk") { Description = "folder on a real disk, for about ten times the cluster", DefaultValueFactory = _ => "/var/tmp" };
        var command = new Command("base", "Base backups, increments and restores, beside pgBackRest, pg_basebackup and restic.") { scale, repetitions, only, major, output, disk };
        command.SetAction(parsed =>
        {
            var options = new BaseRaceOptions
            {
                Scale = parsed.GetValue(scale),
                Repetitions = parsed.GetValue(repetitions),
                Only = new Regex(parsed.GetValue(only)!, RegexOptions.CultureInvariant),
                Major = parsed.GetValue(major),
                Out = Path.GetFullPath(parsed.GetValue(output)!),
                Disk = Path.GetFullPath(parsed.GetValue(disk)!),
            };
            return BenchCommand.Told(() => new BaseRaceRunner(options, TimeProvider.System, token).Run());
        });
        return command;
    }
}
