using System.Collections.Concurrent;

namespace Tidemark.EndToEnd.Support;

/// <summary>initdb takes a second or two: it runs once for each major and size of segments, and servers copy what it made.</summary>
internal static class InitdbTemplate
{
    private static readonly ConcurrentDictionary<(int Major, int SegmentMegabytes), Lazy<Task<string>>> Folders = new();

    public static Task<string> FolderAsync(int major, int segmentMegabytes) => Folders.GetOrAdd((major, segmentMegabytes), kind => new Lazy<Task<string>>(() => MakeAsync(kind.Major, kind.SegmentMegabytes))).Value;

    private static async Task<string> MakeAsync(int major, int segmentMegabytes)
    {
        var folder = Workshop.NewPath($"initdb{major}");
        await ChildProcess.OutputAsync(
            Path.Combine(PostgresPrograms.Folder(major), "initdb"),
            ["-D", folder, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N", "--data-checksums", $"--wal-segsize={segmentMegabytes}"],
            asServerUser: true);
        return folder;
    }
}
