using System.Globalization;
using System.Security.Cryptography;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.BaseBackups;

/// <summary>The catalogue of a cluster of 10 TiB that does not exist, with 100 increments in which 1 % changed: listing, planning, sweeping and restoring one file, each in a process of its own.</summary>
public sealed class LargeStoreTests
{
    private const int Most = 300 * 1024, Increments = 100, Kept = 50;

    private static readonly TimeSpan LongAgo = TimeSpan.FromDays(15), Grace = TimeSpan.FromDays(8);

    [Fact, Trait("takes", "minutes")]
    public async Task A_store_of_10_TiB_and_100_increments_is_listed_planned_swept_and_restored_from_within_300_MiB()
    {
        using var folder = new TempFolder();
        await DoAsync(folder, "make");
        var (all, kept) = (PacksOf(folder, Increments), PacksOf(folder, Kept));
        Assert.Equal(all.Order(), PacksIn(folder).Order());

        Assert.StartsWith($"list: {Increments + 1} complete, {Increments + 1} in all, {LinesOf(folder)} lines of packs; ", await MeasuredAsync(folder, "list"), StringComparison.Ordinal);

        // A backup begins each 6500 segments and needs 11; the last 30 stay, and any second since the first of these.
        const int segments = 6500 * (Increments + 1), before = 6500 * (Increments - 29), goes = before - (11 * (Increments - 29));
        Assert.StartsWith($"plan: 30 stay, {Increments - 29} go, {segments - goes} segments stay, {goes} go; ", await MeasuredAsync(folder, "plan"), StringComparison.Ordinal);

        await DoAsync(folder, "expire", $"{Kept + 1}");
        SetBack(folder, "*-tombstone", LongAgo);
        var going = all.Except(kept).ToHashSet();
        Assert.StartsWith($"sweep: 0 packs and {Increments - Kept} backups went, {going.Count} packs wait; ", await MeasuredAsync(folder, "sweep"), StringComparison.Ordinal);
        Assert.Equal(all.Order(), PacksIn(folder).Order());
        SetBack(folder, Path.Combine("unneeded", "*"), Grace);
        Assert.StartsWith($"sweep: {going.Count} packs and 0 backups went, 0 packs wait; ", await MeasuredAsync(folder, "sweep"), StringComparison.Ordinal);
        Assert.InRange(going.Count, 20_000, 30_000);
        Assert.Equal(kept.Order(), PacksIn(folder).Order());

        Assert.StartsWith($"restore: {1 << 30} bytes; ", await MeasuredAsync(folder, "restore", $"{Kept}"), StringComparison.Ordinal);
        await using var restored = File.OpenRead(folder["restored"]);
        Assert.Equal(LastFile(), Convert.ToHexStringLower(await SHA256.HashDataAsync(restored, TestContext.Current.CancellationToken)));
    }

    /// <summary>What it says, when its memory was enough.</summary>
    private static async Task<string> MeasuredAsync(TempFolder folder, params string[] step)
    {
        var said = await DoAsync(folder, step);
        Assert.InRange(int.Parse(said.Split(' ')[^2], CultureInfo.InvariantCulture), 1, Most);
        return said;
    }

    private static async Task<string> DoAsync(TempFolder folder, params string[] step)
    {
        using var probe = ProbeProcess.Start([], ["large-store", folder.Path, .. step]);
        var errors = probe.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var said = await probe.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await probe.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal((0, ""), (probe.ExitCode, await errors));
        TestContext.Current.TestOutputHelper!.WriteLine(said);
        return said.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];
    }

    private static IEnumerable<string> Refs(TempFolder folder) => Directory.EnumerateFiles(folder["store"], "refs", SearchOption.AllDirectories);

    /// <summary>As its refs have them behind the document and its signature, read by nothing of ours. An increment needs all that the ones before it do.</summary>
    private static HashSet<string> PacksOf(TempFolder folder, int number) =>
        [.. Refs(folder).Where(path => Path.GetDirectoryName(path)!.EndsWith($"-{number:x6}", StringComparison.Ordinal) || Path.GetDirectoryName(path)!.EndsWith("-000000", StringComparison.Ordinal)).SelectMany(path => File.ReadLines(path).Skip(2)).Select(line => line.Split(' ')[0])];

    private static int LinesOf(TempFolder folder) => Refs(folder).Sum(path => File.ReadLines(path).Count() - 2);

    private static IEnumerable<string> PacksIn(TempFolder folder) => Directory.EnumerateDirectories(folder["store"], "packs", SearchOption.AllDirectories).SelectMany(packs => Directory.EnumerateFiles(packs, "*", SearchOption.AllDirectories)).Select(path => Path.GetFileName(path)!);

    private static void SetBack(TempFolder folder, string pattern, TimeSpan by)
    {
        var below = Path.GetDirectoryName(pattern) is { Length: > 0 } part ? Directory.EnumerateDirectories(folder["store"], part, SearchOption.AllDirectories).Single() : folder["store"];
        foreach (var path in Directory.EnumerateFiles(below, Path.GetFileName(pattern), SearchOption.AllDirectories)) File.SetLastWriteTimeUtc(path, (TimeProvider.System.GetUtcNow() - by).UtcDateTime);
    }

    /// <summary>One of 97 extents of the cluster changed, counted through all of its files.</summary>
    private static string LastFile()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var extent = new byte[LargeContent.ExtentLength];
        for (var number = 0; number < LargeContent.Extents; number++)
        {
            LargeContent.Fill(extent, number, (((10L * 1024) - 1) * LargeContent.Extents + number) % 97 == 0 ? 1 : 0);
            hash.AppendData(extent);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
