using System.Runtime.InteropServices;

namespace Tidemark.Bench.Machine;

/// <summary>The page cache before a measurement: nothing waits to be written, and what will be read is there.</summary>
internal static partial class Disks
{
    [LibraryImport("libc", EntryPoint = "sync")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial void WriteBack();

    public static void Warm(IEnumerable<string> files)
    {
        var buffer = new byte[1 << 20];
        foreach (var file in files)
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            while (stream.Read(buffer) > 0) { }
        }
    }
}
