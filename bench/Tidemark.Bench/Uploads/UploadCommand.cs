using System.CommandLine;
using System.Globalization;

namespace Tidemark.Bench.Uploads;

/// <summary><c>bench/compare upload</c>, and what it starts for each turn of ours.</summary>
internal static class UploadCommand
{
    public static Command Race(CancellationToken token)
    {
        var store = new Argument<string>("store") { Description = "s3://bucket/prefix, reached by AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY" };
        var gigabytes = new Option<double>("--gb") { Description = "GB of random bytes", DefaultValueFactory = _ => 2, CustomParser = parsed => double.Parse(parsed.Tokens[0].Value, CultureInfo.InvariantCulture) };
        var repetitions = new Option<int>("--reps") { Description = "measured rounds", DefaultValueFactory = _ => 5 };
        var output = new Option<string>("--out") { Description = "folder for the table (.md)", DefaultValueFactory = _ => "bench/results" };
        var disk = new Option<string>("--disk") { Description = "folder on a real disk, for four times --gb", DefaultValueFactory = _ => "/var/tmp" };
        var command = new Command("upload", "Uploads to a bucket, from a file and through a pipe, beside rclone.") { store, gigabytes, repetitions, output, disk };
        command.SetAction(parsed => BenchCommand.Told(() => new UploadRunner(parsed.GetValue(store)!, parsed.GetValue(gigabytes), parsed.GetValue(repetitions), Path.GetFullPath(parsed.GetValue(output)!), Path.GetFullPath(parsed.GetValue(disk)!), token).Run()));
        return command;
    }

    /// <summary>One upload of ours, in a process of its own.</summary>
    public static Command Once(CancellationToken token)
    {
        var store = new Argument<string>("store");
        var key = new Argument<string>("key");
        var command = new Command("upload-once", "Upload standard input.") { store, key };
        command.Hidden = true;
        command.SetAction(parsed => BenchCommand.Told(() => OneUpload.RunAsync(parsed.GetValue(store)!, parsed.GetValue(key)!, Console.OpenStandardInput(), token).GetAwaiter().GetResult()));
        return command;
    }
}
