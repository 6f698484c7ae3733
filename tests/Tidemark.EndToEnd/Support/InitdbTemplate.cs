using System.Collections.Concurrent;

namespace Tidemark.EndToEnd.Support;

/// <summary>initdb takes a second or two: it runs once for each major, and servers copy what it made.</summary>
internal static class InitdbTemplate
{
    private static readonly ConcurrentDictionary<int, Lazy<Task<string>>> Folders = new();

    public static Task<string> FolderAsync(int major) => Folders.GetOrAdd(major, m => new Lazy<Task<string>>(() => MakeAsync(m))).Value;

    private static async Task<string> MakeAsync(int major)
    {
        var folder = Workshop.NewPath($"initdb{major}");
        await ChildProcess.OutputAsync(
            Path.Combine(PostgresPrograms.Folder(major), "initdb"),
            ["-D", folder, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N", "--data-checksums"],
            asServerUser: true);
        return folder;
    }
}
