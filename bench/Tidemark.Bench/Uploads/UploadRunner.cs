using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Tidemark.Bench.Machine;
using Tidemark.Bench.Measuring;
using Tidemark.Bench.Races;
using Tidemark.Bench.Reports;
using Tidemark.Storage;

namespace Tidemark.Bench.Uploads;

/// <summary>The race of uploads: ours and rclone's send the same bytes to the same bucket, in turn.</summary>
/// <remarks>What was sent is read back and compared once, in the turns that are not measured. The store's own CPU counts as others'.</remarks>
internal sealed class UploadRunner(string address, double gigabytes, int repetitions, string output, string disk, CancellationToken token)
{
    /// <summary>Resident, of our own process.</summary>
    private const long MemoryTarget = 150_000_000;

    private const double WallTarget = 1.1;

    /// <summary>No process has it: where the store runs is not known.</summary>
    private const int NoServer = -1;

    private readonly StoreAddress store = StoreAddress.Parse(address);

    public void Run()
    {
        using var workplace = Workplace.Open(disk, gigabytes / 2);
        var file = Path.Combine(workplace.Folder, "bytes");
        var hash = Fill(file, (long)(gigabytes * 1e9));
        Contender[] contenders =
        [
            new("ours < FILE", place => Ours(place, $"exec \"$BENCH\" upload-once {address} object < {file}")),
            new("cat FILE | ours", place => Ours(place, $"cat {file} | \"$BENCH\" upload-once {address} object")),
            new("rclone copyto FILE", place => Rclone(place, $"exec rclone copyto {file} {Target}")),
            new("cat FILE | rclone rcat", place => Rclone(place, $"cat {file} | rclone rcat {Target}")),
        ];
        Comparison[] comparisons = [new(0, 2, WallTarget), new(1, 2, WallTarget), new(1, 3, WallTarget)];
        var watches = new Stopwatches(NoServer, token);
        var quiet = new Quiet(token);
        var samples = contenders.Select(_ => new List<Sample>()).ToList();
        for (var round = -1; round < repetitions; round++)
            for (var turn = 0; turn < contenders.Length; turn++)
            {
                var index = (turn + round + contenders.Length) % contenders.Length;
                Disks.Warm([file]);
                if (round >= 0) quiet.Wait();
                var sample = watches.Measure(contenders[index].Launch(workplace.Folder));
                if (round < 0) Compare(hash, contenders[index].Name).GetAwaiter().GetResult();
                else samples[index].Add(sample);
                Say($"{round + 1}/{repetitions}: {sample.Wall:0.00} s, CPU {sample.Cpu:0.00} s, peak {(Math.Max(sample.OwnPeak ?? 0, sample.ChildPeak ?? 0)) / 1e6:0} MB, others {sample.Others:0.00} s: {contenders[index].Name}");
            }
        OneUpload.Open(address).DeleteAsync("object", token).GetAwaiter().GetResult();
        var result = new RaceResult(new Race { Name = "upload", Contenders = contenders, Comparisons = comparisons }, samples);
        var table = Table([.. comparisons.Select(comparison => new Finding(result, comparison))]);
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(output).FullName, "upload.md"), table);
        Console.Out.Write(table);
    }

    private string Target => $"bench:{store.Host}/{store.Prefix}object";

    private static string Fill(string file, long size)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var stream = new FileStream(file, FileMode.CreateNew);
        var piece = new byte[1_000_000];
        for (long left = size; left > 0; left -= piece.Length)
        {
            RandomNumberGenerator.Fill(piece);
            var part = piece.AsSpan(0, (int)Math.Min(piece.Length, left));
            stream.Write(part);
            hash.AppendData(part);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private async Task Compare(string hash, string contender)
    {
        await using var opened = OneUpload.Open(address);
        await using var back = await opened.OpenAsync("object", 0, null, token);
        if (Convert.ToHexStringLower(await SHA256.HashDataAsync(back, token)) != hash) throw new BenchFailure($"what {contender} sent came back changed");
        await opened.DeleteAsync("object", token);
    }

    private static Launch Ours(string place, string line) => Shelled(place, line, new() { ["BENCH"] = Environment.ProcessPath! });

    private static Launch Rclone(string place, string line) => Shelled(place, line, new()
    {
        ["RCLONE_CONFIG"] = "/dev/null",
        ["RCLONE_CONFIG_BENCH_TYPE"] = "s3",
        ["RCLONE_CONFIG_BENCH_PROVIDER"] = "Other",
        ["RCLONE_CONFIG_BENCH_ENDPOINT"] = Environment.GetEnvironmentVariable("AWS_ENDPOINT_URL")!,
        ["RCLONE_CONFIG_BENCH_ENV_AUTH"] = "true",
    });

    private static Launch Shelled(string place, string line, Dictionary<string, string> more)
    {
        foreach (var name in (string[])["PATH", "AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "DOTNET_ROOT"])
            if (Environment.GetEnvironmentVariable(name) is { } value) more[name] = value;
        more["HOME"] = place;
        return new Launch { Name = line, Program = "/bin/bash", Arguments = ["-o", "pipefail", "-c", line], Environment = more, Folder = place };
    }

    private string Table(IReadOnlyList<Finding> findings)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{gigabytes} GB of random bytes, {repetitions} rounds in turn after one that was not measured and was read back.").AppendLine();
        text.AppendLine("| ours | bare | wall s | **wall ratio** (min..max) | target | CPU s | CPU ratio | peak MB | others' cores |").AppendLine("|---|---|---|---|---|---|---|---|---|");
        foreach (var row in findings)
            text.AppendLine(CultureInfo.InvariantCulture, $"| `{Cell(row.Ours)}` | `{Cell(row.Peer!)}` | {Of(row.OurSamples, sample => sample.Wall)} / {Of(row.PeerSamples!, sample => sample.Wall)} | **{row.WallRatio!.Value.Median:0.00}** ({row.WallRatio.Value.Min:0.00}..{row.WallRatio.Value.Max:0.00}) | ≤ {row.Target:0.0}: {(row.Reached == true ? "reached" : "**missed**")} | {Of(row.OurSamples, sample => sample.Cpu)} / {Of(row.PeerSamples!, sample => sample.Cpu)} | {row.CpuRatio!.Value.Median:0.00} | {Peak(row.OurSamples)} / {Peak(row.PeerSamples!)} | {row.Noise:0.00} |");
        var most = findings.SelectMany(row => row.OurSamples).Max(PeakOf);
        text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"Most memory of ours: **{most / 1e6:0} MB**, target {MemoryTarget / 1_000_000} MB: {(most <= MemoryTarget ? "reached" : "**missed**")}. The store's own CPU is among the others' cores.");
        return text.ToString();
    }

    private static string Of(IReadOnlyList<Sample> samples, Func<Sample, double> measure) => Spread.Of(samples.Select(measure)).Median.ToString("0.00", CultureInfo.InvariantCulture);

    private static string Peak(IReadOnlyList<Sample> samples) => (samples.Max(PeakOf) / 1e6).ToString("0", CultureInfo.InvariantCulture);

    /// <summary>A shell that pipes is the process itself; what it started is larger.</summary>
    private static long PeakOf(Sample sample) => Math.Max(sample.OwnPeak ?? 0, sample.ChildPeak ?? 0);

    private static string Cell(string command) => command.Replace("|", "\\|", StringComparison.Ordinal);

    private static void Say(FormattableString what) => Console.Error.WriteLine(FormattableString.Invariant(what));
}
