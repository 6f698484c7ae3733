using Tidemark.Bench.Machine;

namespace Tidemark.Bench;

/// <summary>The folder of this run, on a real disk; it vanishes with the run, and what a killed run left vanishes now.</summary>
internal sealed class Workplace : IDisposable
{
    private const string Stem = "tidemark-bench-";
    private readonly FileStream held;
    private int places;

    private Workplace(string folder, FileStream held)
    {
        Folder = folder;
        this.held = held;
    }

    public string Folder { get; }

    /// <summary>The kind of file system, as the kernel names it.</summary>
    public string FileSystem => Mounts.KindOf(Folder);

    public static Workplace Open(string disk, double gigabytes)
    {
        var kind = Mounts.KindOf(disk);
        if (kind is "tmpfs" or "ramfs") throw new BenchFailure($"{disk} lies in memory ({kind}), where fsync costs nothing: name a folder on a disk with --disk");
        var wanted = (long)(gigabytes * 8 * (1L << 30)) + (2L << 30);
        if (new DriveInfo(disk).AvailableFreeSpace < wanted) throw new BenchFailure($"{disk} has less than {wanted >> 30} GiB free: name another folder with --disk, or a smaller --gb");
        foreach (var left in Directory.EnumerateDirectories(disk, Stem + "*")) RemoveAbandoned(left);
        var folder = Path.Combine(disk, Stem + $"{Environment.ProcessId}");
        Directory.CreateDirectory(folder);
        var held = Hold(folder);
        // The server's own user makes its folder in here.
        File.SetUnixFileMode(folder, (UnixFileMode)Convert.ToInt32("1777", 8));
        // ext4 then spreads the folders made here over the disk: files made where others were just deleted cost up to ten times the CPU.
        _ = Shell.Try("chattr", ["+T", folder]);
        return new Workplace(folder, held);
    }

    /// <summary>A new, empty folder.</summary>
    public string NewPlace(string name) => Directory.CreateDirectory(Path.Combine(Folder, $"{name}-{++places}")).FullName;

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        held.Dispose();
    }

    private static FileStream Hold(string folder) => new(Path.Combine(folder, ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

    private static void RemoveAbandoned(string folder)
    {
        try
        {
            // No lock yet: a run that begins at this moment.
            if (!File.Exists(Path.Combine(folder, ".lock"))) return;
            using var free = Hold(folder);
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception inUse) when (inUse is IOException or UnauthorizedAccessException)
        {
            // Another run holds it, or another user owns it.
        }
    }
}
