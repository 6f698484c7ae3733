namespace Tidemark.Files;

/// <summary>The time since this machine was started. As long as it lasts, files that were written and not synced are what was written: only a power cut leaves half of one.</summary>
internal static class ThisBoot
{
    /// <summary>Another one after each start (random(4)); null: the kernel does not say.</summary>
    public static string? Name()
    {
        try
        {
            return File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
        }
        catch (Exception closed) when (closed is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
