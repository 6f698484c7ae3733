using System.Runtime.InteropServices;

namespace Tidemark.Bench.Machine;

/// <summary>CPU seconds as the kernel counts them for ended children, with all that they had waited for.</summary>
internal readonly partial record struct CpuUsage(double User, double System)
{
    private const int Self = 0;
    private const int Children = -1;

    public double Total => User + System;

    public static CpuUsage OfEndedChildren() => Of(Children);

    public static CpuUsage OfThisProcess() => Of(Self);

    public static CpuUsage operator -(CpuUsage after, CpuUsage before) => new(after.User - before.User, after.System - before.System);

    private static CpuUsage Of(int who)
    {
        if (GetUsage(who, out var usage) != 0) throw new BenchFailure($"getrusage failed: errno {Marshal.GetLastPInvokeError()}");
        return new CpuUsage(usage.UserSeconds + (usage.UserMicroseconds / 1e6), usage.SystemSeconds + (usage.SystemMicroseconds / 1e6));
    }

    [LibraryImport("libc", EntryPoint = "getrusage", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetUsage(int who, out Usage usage);

    // Its first four of eighteen words; the others are not asked for.
    [StructLayout(LayoutKind.Sequential, Size = 18 * 8)]
    private struct Usage
    {
        public long UserSeconds;
        public long UserMicroseconds;
        public long SystemSeconds;
        public long SystemMicroseconds;
    }
}
