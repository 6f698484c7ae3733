using System.Runtime.InteropServices;

namespace Tidemark.Bench.Machine;

internal static partial class Signals
{
    /// <summary>As ^C sends it; PostgreSQL's servers then end their sessions and stop.</summary>
    private const int Interruption = 2;

    private const int Termination = 15;

    public static void Interrupt(int process) => _ = Send(process, Interruption);

    public static void Terminate(int process) => _ = Send(process, Termination);

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Send(int process, int signal);
}
