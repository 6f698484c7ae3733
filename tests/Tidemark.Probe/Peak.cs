namespace Tidemark.Probe;

/// <summary>The memory of this process at its highest, as the kernel counted it.</summary>
internal static class Peak
{
    public static string InWords => $"peak {File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]} KiB";
}
