using System.Runtime.InteropServices;

namespace Tidemark.EndToEnd.Support;

/// <summary>Signals to processes that the test itself started.</summary>
internal static partial class Signals
{
    public const int Interrupt = 2;
    public const int Quit = 3;
    public const int Kill = 9;
    public const int Terminate = 15;
    public const int Continue = 18;
    public const int Stop = 19;

    public static void ToProcess(int id, int signal) => _ = SendSignal(id, signal);

    /// <summary>To a process and all that it started, given that it leads a process group.</summary>
    public static void ToGroup(int id, int signal) => _ = SendSignal(-id, signal);

    /// <summary>All that it started and they started, given that they still run. A server whose processes lead groups of their own is not reached by its group.</summary>
    public static IEnumerable<int> Below(int id)
    {
        foreach (var child in File.ReadAllText($"/proc/{id}/task/{id}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse))
        {
            yield return child;
            foreach (var below in Below(child)) yield return below;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SendSignal(int id, int signal);
}
