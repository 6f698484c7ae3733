using System.Diagnostics;
using System.IO.Compression;
using System.Text.Json;
using Tidemark.Drills.Evidence;
using Tidemark.Drills.MonthPacks;
using Tidemark.Processes;
using Tidemark.Runs;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Drills;

/// <summary>October: a backup that fails twice, succeeds, and fails until November, two drills of three, settings that change; asked for in November.</summary>
public sealed class MonthPackTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly StoppedClock clock = new(new DateTimeOffset(2026, 9, 30, 23, 0, 0, TimeSpan.Zero));
    private readonly PackMonth month = PackMonth.Parse("2026-10");

    private string Zip => folder["october.zip"];

    private EvidenceFolder Reports => new(folder["drills"]);

    private RunRecorder Recorder => new(folder.Path, "ops@host", clock, new SecretMask(["s3cret"]), _ => { });

    [Fact]
    public async Task It_holds_the_month_and_stock_tools_open_and_verify_it()
    {
        await LiveAsync();
        Pack();
        var place = folder["opened"];
        Run("/", "unzip", "-q", Zip, "-d", place);
        Run(place, "sha256sum", "--strict", "-c", "SHA256SUMS");
        using var key = EvidenceKey.Find(folder.Path)!;
        var known = folder.Write("known.pem", key.Identity.Pem);
        Run(place, "openssl", "dgst", "-sha256", "-verify", known, "-signature", "SHA256SUMS.sig", "SHA256SUMS");
        Assert.Empty(Directory.GetFiles(place, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(place, file)).Except([.. File.ReadLines(Path.Combine(place, "SHA256SUMS")).Select(line => line[66..]), "SHA256SUMS", "SHA256SUMS.sig"]));

        var runs = Lines(place, "runs.jsonl");
        Assert.Equal(["failed", "failed", "succeeded", "failed"], runs.Select(run => run.GetProperty("state").GetString()));
        var failures = Lines(place, "failures.jsonl");
        Assert.Equal(runs.Where(run => run.GetProperty("state").GetString() == "failed").Select(run => run.GetProperty("id").GetString()), failures.Select(failure => failure.GetProperty("runId").GetString()));
        Assert.Equal(["2026-10-05T00:00:00Z", "2026-10-05T00:00:00Z", "2026-11-03T00:00:00Z"], failures.Select(failure => failure.GetProperty("nextSuccessAt").GetString()));
        Assert.Equal(["2026-10-05T00:00:00Z", "2026-10-05T00:00:00Z", "2026-11-03T00:00:00Z"], failures.Select(failure => failure.GetProperty("noticeOverAt").GetString()));
        Assert.Equal(["the first start that is known, with 2 settings", "BACKUP_RPO: 1h → 15m"], Lines(place, "settings.jsonl").Select(change => change.GetProperty("why").GetString()));
        Assert.Equal(["000002-20261010000000-drill-aaaaaa.json", "000003-20261020000000-drill-aaaaaa.json"], Directory.GetFiles(Path.Combine(place, "drills"), "*.json").Select(Path.GetFileName).Order());
        var page = await File.ReadAllTextAsync(Path.Combine(place, "SUMMARY.md"), TestContext.Current.CancellationToken);
        Assert.Contains("| backup | 1 | 3 | 0 | 0 |", page, StringComparison.Ordinal);
        Assert.Contains("| backup | shop | no server: \\*\\*\\* | 2026-10-05 00:00:00Z |".Replace("\\*", "*", StringComparison.Ordinal), page, StringComparison.Ordinal);
        foreach (var file in Directory.GetFiles(place, "*", SearchOption.AllDirectories)) Assert.DoesNotContain("s3cret", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), StringComparison.Ordinal);

        var verdict = new MonthPackCheck(Zip).Judge([key.Identity]);
        Assert.Empty(verdict.Findings);
        Assert.Equal(2, verdict.Reports);
        Assert.Equal(key.Identity.Id, Assert.Single(new MonthPackCheck(Zip).Keys()).Id);
        using var other = EvidenceKey.Ensure(folder["other"]);
        Assert.Contains("signature is not of these bytes", new MonthPackCheck(Zip).Judge([other.Identity]).Findings[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whatever_is_changed_added_or_removed_is_named()
    {
        await LiveAsync();
        Pack();
        using var key = EvidenceKey.Find(folder.Path)!;
        string[] names;
        using (var zip = ZipFile.OpenRead(Zip)) names = [.. zip.Entries.Select(entry => entry.FullName)];
        Assert.Equal(16, names.Length);
        foreach (var name in names)
        {
            Assert.NotEmpty(Findings(zip => zip.GetEntry(name)!.Delete()));
            Assert.Contains(Findings(zip => Replace(zip, name, bytes => { bytes[bytes.Length / 2] ^= 1; return bytes; })), finding => finding.StartsWith(name.Replace("SUMS.sig", "SUMS", StringComparison.Ordinal), StringComparison.Ordinal) || finding.StartsWith(Path.GetFileName(name), StringComparison.Ordinal));
        }
        Assert.Equal(["drills/../x: it was added"], Findings(zip => Replace(zip, "drills/../x", _ => [1])));
        Assert.False(File.Exists(folder["x"]));
        File.WriteAllText(folder["text"], "no archive");
        Assert.Equal(FaultCode.WrongMagic, Assert.Throws<Fault>(() => new MonthPackCheck(folder["text"])).Code);

        IReadOnlyList<string> Findings(Action<ZipArchive> change)
        {
            var copy = folder["copy.zip"];
            File.Copy(Zip, copy, overwrite: true);
            using (var zip = ZipFile.Open(copy, ZipArchiveMode.Update)) change(zip);
            return new MonthPackCheck(copy).Judge([key.Identity]).Findings;
        }
    }

    [Fact]
    public async Task A_file_that_is_there_is_not_written_over_and_a_month_without_anything_is_empty()
    {
        await LiveAsync();
        Pack();
        Assert.Equal(FaultCode.Refused, Assert.Throws<Fault>(Pack).Code);
        Assert.Empty(Directory.GetFiles(folder.Path, "*.pending"));
        Assert.True(MonthRecord.Read(folder.Path, Reports, PackMonth.Parse("2026-08")).IsEmpty);
        Assert.Equal(month, PackMonth.Before(clock.Now));
    }

    [Theory]
    [InlineData("2026-13")]
    [InlineData("October")]
    [InlineData("2026-10-01")]
    public void What_is_no_month_is_refused(string text) => Assert.Equal(FaultCode.Usage, Assert.Throws<Fault>(() => PackMonth.Parse(text)).Code);

    public void Dispose() => folder.Dispose();

    private async Task LiveAsync()
    {
        Drill("20260930230000");
        clock.Now = month.From;
        Settings("1h");
        clock.Now = At(3);
        await FailAsync();
        clock.Now = At(4);
        await FailAsync();
        clock.Now = At(5);
        await Recorder.RecordAsync(RunKind.Backup, "shop", _ => Task.FromResult(0));
        clock.Now = At(6);
        Settings("1h");
        Settings("15m");
        Drill("20261010000000");
        Drill("20261020000000");
        clock.Now = At(30);
        await FailAsync();
        clock.Now = month.Until.AddDays(2);
        await Recorder.RecordAsync(RunKind.Backup, "shop", _ => Task.FromResult(0));
    }

    private DateTimeOffset At(int day) => month.From.AddDays(day - 1);

    private void Settings(string rpo) => SettingsNote.Take(Recorder, folder.Path, [new("Objectives:Rpo", rpo, ".env:1"), new("DatabaseUrl", "***", ".env:2"), new("Format", null, "default")], clock);

    private Task<Fault> FailAsync() => Assert.ThrowsAsync<Fault>(() => Recorder.RecordAsync<int>(RunKind.Backup, "shop", _ => throw new Fault(FaultCode.Unreachable, "no server") { Why = "s3cret" }));

    private void Drill(string at) => new EvidenceWriter(folder.Path, Reports).Write(SampleReport.Of($"{at}-drill-aaaaaa"));

    private void Pack() => new MonthPackWriter(folder.Path, Reports, "host", clock).Write(Zip, month, MonthRecord.Read(folder.Path, Reports, month));

    private static void Replace(ZipArchive zip, string name, Func<byte[], byte[]> change)
    {
        using var bytes = new MemoryStream();
        if (zip.GetEntry(name) is { } old)
        {
            using (var stream = old.Open()) stream.CopyTo(bytes);
            old.Delete();
        }
        using var written = zip.CreateEntry(name).Open();
        written.Write(change(bytes.ToArray()));
    }

    private static List<JsonElement> Lines(string place, string name) => [.. File.ReadLines(Path.Combine(place, name)).Select(line => JsonDocument.Parse(line).RootElement)];

    private static void Run(string place, string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = place, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var said = process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, said);
    }
}
