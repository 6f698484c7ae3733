using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Tidemark.Bench;

/// <summary>The command line. Exit codes: 0 measured, 1 something failed, 2 usage, 130 interrupted.</summary>
internal static class BenchCommand
{
    public static int Run(string[] args, CancellationToken token)
    {
        var gigabytes = new Option<double>("--gb") { Description = "GiB of table data", DefaultValueFactory = _ => 1, CustomParser = parsed => double.Parse(parsed.Tokens[0].Value, CultureInfo.InvariantCulture) };
        var repetitions = new Option<int>("--reps") { Description = "measured rounds of each race", DefaultValueFactory = _ => 5 };
        var only = new Option<string>("--only") { Description = "regular expression: the races to run", DefaultValueFactory = _ => "" };
        var major = new Option<int>("--postgres") { Description = "major version of the throw-away server (of build/postgres)", DefaultValueFactory = _ => 15 };
        var output = new Option<string>("--out") { Description = "folder for the table (.md) and the figures (.json)", DefaultValueFactory = _ => "bench/results" };
        var disk = new Option<string>("--disk") { Description = "folder on a real disk, for about eight times --gb", DefaultValueFactory = _ => "/var/tmp" };
        var root = new RootCommand("Tidemark beside the bare PostgreSQL tools: wall time, CPU and memory, on the same database, alternating.") { gigabytes, repetitions, only, major, output, disk };
        root.SetAction(parsed =>
        {
            var options = new BenchOptions
            {
                Gigabytes = parsed.GetValue(gigabytes),
                Repetitions = parsed.GetValue(repetitions),
                Only = new Regex(parsed.GetValue(only)!, RegexOptions.CultureInvariant),
                Major = parsed.GetValue(major),
                Out = Path.GetFullPath(parsed.GetValue(output)!),
                Disk = Path.GetFullPath(parsed.GetValue(disk)!),
            };
            return Run(options, token);
        });
        root.Add(WalRaces.WalRaceCommand.Build(token));
        root.Add(BaseRaces.BaseRaceCommand.Build(token));
        root.Add(Uploads.UploadCommand.Race(token));
        root.Add(Uploads.UploadCommand.Once(token));
        var read = root.Parse(args);
        return read.Errors.Count > 0 ? Misused(string.Join("; ", read.Errors.Select(error => error.Message))) : read.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    }

    private static int Run(BenchOptions options, CancellationToken token)
    {
        if (options.Gigabytes is not (> 0 and <= 1000)) return Misused("--gb wants more than 0 and at most 1000");
        if (options.Repetitions is < 1 or > 1000) return Misused("--reps wants 1 to 1000");
        return Told(() => new BenchRunner(options, TimeProvider.System, token).Run());
    }

    /// <summary>The exit code of a measurement; its failure is told.</summary>
    public static int Told(Action measure)
    {
        try
        {
            measure();
            return 0;
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("compare: interrupted; nothing was written");
            return 130;
        }
        catch (Exception failed) when (failed is BenchFailure or IOException or Npgsql.NpgsqlException)
        {
            Console.Error.WriteLine($"compare: {failed.Message}");
            return 1;
        }
    }

    private static int Misused(string why)
    {
        Console.Error.WriteLine($"compare: {why}; see bench/compare --help");
        return 2;
    }
}
