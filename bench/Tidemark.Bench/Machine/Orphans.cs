using System.Runtime.InteropServices;

namespace Tidemark.Bench.Machine;

/// <summary>Processes that a measured command leaves at work in the background, as pgBackRest does: they become children of this one, so that they are seen, counted and waited for.</summary>
internal static partial class Orphans
{
    /// <summary>PR_SET_CHILD_SUBREAPER of prctl(2).</summary>
    private const int Subreaper = 36;

    private const int AtOnce = 1;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <summary>From now on.</summary>
    public static void Adopt()
    {
        if (Control(Subreaper, 1, 0, 0, 0) != 0) throw new BenchFailure($"prctl failed: errno {Marshal.GetLastPInvokeError()}");
    }

    /// <summary>The children of this process at the moment.</summary>
    public static HashSet<int> Children() => [.. ProcFolder.ChildrenOf(Environment.ProcessId)];

    /// <summary>Until all ended that are not among those known; then they count as ended children.</summary>
    public static void Await(IReadOnlySet<int> known, CancellationToken token)
    {
        using var stop = token.Register(() => Left(known).ForEach(Signals.Terminate));
        while (Left(known) is { Count: > 0 } left)
        {
            if (left.TrueForAll(id => Wait(id, IntPtr.Zero, AtOnce) == 0)) token.WaitHandle.WaitOne(Look);
        }
    }

    private static List<int> Left(IReadOnlySet<int> known) => [.. Children().Where(id => !known.Contains(id))];

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Control(int option, nuint value, nuint third, nuint fourth, nuint fifth);

    [LibraryImport("libc", EntryPoint = "waitpid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Wait(int process, IntPtr status, int options);
}
