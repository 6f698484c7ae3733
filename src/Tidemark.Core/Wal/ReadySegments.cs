using Tidemark.Postgres.Wal;

namespace Tidemark.Wal;

/// <summary>The segments that wait beside one for their turn to be archived, as the server marks them: <c>archive_status/NAME.ready</c>, and <c>.done</c> when it has passed.</summary>
internal static class ReadySegments
{
    private const string Ready = ".ready", Done = ".done";

    /// <param name="path">Of the segment whose turn it is.</param>
    /// <param name="own">Its name.</param>
    /// <param name="atMost">Of them.</param>
    /// <returns>Paths, in the order in which their turn will come; empty where there is no such folder.</returns>
    public static IReadOnlyList<string> Beside(string path, WalSegmentName own, int atMost)
    {
        var folder = Path.GetDirectoryName(path)!;
        var status = Path.Combine(folder, "archive_status");
        if (!Directory.Exists(status)) return [];
        return
        [
            .. Directory.EnumerateFiles(status, "*" + Ready).Select(file => Path.GetFileName(file)[..^Ready.Length])
                .Where(name => WalSegmentName.TryParse(name, out var segment) && segment != own)
                .Order(StringComparer.Ordinal).Take(atMost).Select(name => Path.Combine(folder, name)).Where(File.Exists),
        ];
    }

    /// <summary>Whether the server has archived before, on the timeline that it is on. One that was restored has not: it begins a timeline with the first segment that it writes.</summary>
    /// <param name="path">Of the segment whose turn it is.</param>
    /// <param name="own">Its name.</param>
    public static bool FollowOthers(string path, WalSegmentName own)
    {
        var status = Path.Combine(Path.GetDirectoryName(path)!, "archive_status");
        return Directory.Exists(status) && Directory.EnumerateFiles(status, $"{own.Timeline}*{Done}").Any(file => WalSegmentName.TryParse(Path.GetFileNameWithoutExtension(file), out var segment) && segment != own);
    }
}
