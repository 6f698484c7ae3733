using System.Globalization;
using Tidemark.Files;

namespace Tidemark.Postgres;

/// <summary>A temporary folder that is gone with its user: at once when disposed, by the next one's sweep when its process was killed.</summary>
internal sealed class ScratchFolder : IDisposable
{
    private const string Stem = "tidemark-scratch-", LockFile = "lock";
    private readonly FileLock held;

    private ScratchFolder(string path, FileLock held) => (Path, this.held) = (path, held);

    public string Path { get; }

    public static ScratchFolder Create(TimeProvider clock)
    {
        Sweep(System.IO.Path.GetTempPath(), clock);
        var path = Directory.CreateTempSubdirectory(Stem).FullName;
        return new ScratchFolder(path, FileLock.Acquire(System.IO.Path.Combine(path, LockFile), "this folder", clock));
    }

    /// <summary>A folder whose lock nobody holds belongs to a process that is gone; so does a server that still runs in it.</summary>
    public static void Sweep(string temporary, TimeProvider clock)
    {
        foreach (var folder in Directory.EnumerateDirectories(temporary, Stem + "*"))
        {
            try
            {
                TryRemove(folder, clock);
            }
            catch (Exception others) when (others is Fault or IOException or UnauthorizedAccessException)
            {
                // Another user's, or being removed by somebody else.
            }
        }
    }

    /// <summary>One whose user is gone, with its server; false when there is none, or it is still used.</summary>
    public static bool TryRemove(string folder, TimeProvider clock)
    {
        // No lock file yet: one that begins at this moment. Another name: none of ours.
        if (!System.IO.Path.GetFileName(folder).StartsWith(Stem, StringComparison.Ordinal) || !File.Exists(System.IO.Path.Combine(folder, LockFile))) return false;
        using var held = FileLock.TryAcquire(System.IO.Path.Combine(folder, LockFile), clock);
        if (held is null) return false;
        EndServer(System.IO.Path.Combine(folder, "server", "data"));
        Directory.Delete(folder, recursive: true);
        return true;
    }

    public void Dispose()
    {
        Directory.Delete(Path, recursive: true);
        held.Dispose();
    }

    /// <summary>By its process id, and only when that process works in this very folder: ids are used again.</summary>
    private static void EndServer(string data)
    {
        var pidFile = System.IO.Path.Combine(data, "postmaster.pid");
        if (!File.Exists(pidFile) || !int.TryParse(File.ReadLines(pidFile).FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var id)) return;
        if (new FileInfo($"/proc/{id}/cwd").LinkTarget != data) return;
        using var server = System.Diagnostics.Process.GetProcessById(id);
        server.Kill();
        server.WaitForExit();
    }
}
