namespace Tidemark.Bench.Machine;

internal static class Mounts
{
    /// <summary>The file system that holds a path: of the mounts above it the deepest, and of those at one place the last.</summary>
    public static string KindOf(string path)
    {
        var mounts = File.ReadLines("/proc/self/mounts").Select(line => line.Split(' ')).Where(mount => Holds(mount[1].Replace("\\040", " ", StringComparison.Ordinal), path));
        return mounts.Aggregate((best, next) => next[1].Length >= best[1].Length ? next : best)[2];
    }

    private static bool Holds(string mount, string path) => mount == "/" || path == mount || path.StartsWith(mount + "/", StringComparison.Ordinal);
}
