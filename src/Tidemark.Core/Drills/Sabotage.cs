using System.Globalization;
using Tidemark.Dumps;
using Tidemark.Files;

namespace Tidemark.Drills;

/// <summary>A copy of a backup that is damaged on purpose: a drill that does not see it is worth nothing.</summary>
internal static class Sabotage
{
    /// <param name="source">Is only read.</param>
    /// <param name="folder">For the copy.</param>
    /// <param name="token">Cancels.</param>
    /// <returns>The copy with one bit changed in its middle, and that in words.</returns>
    public static async Task<(DumpEntry Copy, string Words)> CopyAsync(DumpEntry source, string folder, CancellationToken token)
    {
        var at = source.Size / 2;
        await CopyAsync(source, source.Key, folder, at, token);
        if (source.Manifest is { Recipients.Count: > 0 }) await CopyAsync(source, DumpName.SealedManifestOf(source.Key), folder, null, token);
        var copy = source with { Store = DumpStore.OfFolder(folder), IsOutside = false };
        return (copy with { Copies = [copy] }, string.Create(CultureInfo.InvariantCulture, $"one bit of byte {at} of {source.Size} of a copy was changed"));
    }

    /// <summary>The other way round: it is well when the drill has failed.</summary>
    public static DrillReport Judge(DrillReport report, DrillSubject subject, string words) => report with
    {
        Subject = subject,
        Sabotage = words,
        Result = report.Result switch { DrillResult.Failed => DrillResult.Passed, DrillResult.Inconclusive => DrillResult.Inconclusive, _ => DrillResult.Failed },
        Reason = report.Result switch { DrillResult.Failed => $"the damage was found: {report.Reason}", DrillResult.Inconclusive => report.Reason, _ => $"the damage was NOT found: {words}" },
    };

    private static async Task CopyAsync(DumpEntry source, string key, string folder, long? damaged, CancellationToken token)
    {
        var path = Path.Combine(folder, key);
        PrivateFolder.Ensure(Path.GetDirectoryName(path)!);
        await using var from = await source.Store.Objects.OpenAsync(key, 0, null, token);
        using var to = DurableFile.Create(Path.GetDirectoryName(path)!);
        var buffer = new byte[128 * 1024];
        long done = 0;
        for (int got; (got = await from.ReadAsync(buffer, token)) > 0; done += got)
        {
            if (damaged - done is { } within && within >= 0 && within < got) buffer[within] ^= 0x10;
            to.Stream.Write(buffer.AsSpan(0, got));
        }
        to.Publish(path);
    }
}
