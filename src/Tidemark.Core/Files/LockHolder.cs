using System.Globalization;
using System.Text.RegularExpressions;

namespace Tidemark.Files;

/// <summary>Who has a lock, as its file says: process, machine, start of that machine, since when.</summary>
internal static partial class LockHolder
{
    /// <summary>So long another machine is taken to live: a network file system need not show its locks here.</summary>
    private static readonly TimeSpan TakenToLive = TimeSpan.FromDays(1);

    /// <summary>One for each start of a kernel. Containers on one machine share it, and see each other's locks.</summary>
    private static readonly string Boot = ReadBoot();

    public static string Line(DateTimeOffset now) => $"process {Environment.ProcessId} on {Environment.MachineName}, boot {Boot}, since {now.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}\n";

    /// <summary>True when another machine wrote this, less than a day from now: the lock itself may say nothing then.</summary>
    public static bool MayLiveElsewhere(string? line, DateTimeOffset now) =>
        line is not null && Written().Match(line) is { Success: true } written
        && written.Groups["boot"].Value != Boot && written.Groups["host"].Value != Environment.MachineName
        && DateTimeOffset.TryParse(written.Groups["since"].Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var since)
        && (now - since).Duration() < TakenToLive;

    private static string ReadBoot()
    {
        try
        {
            return File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "unknown";
        }
    }

    [GeneratedRegex(@"^process \d+ on (?<host>\S+), boot (?<boot>\S+), since (?<since>\S+)", RegexOptions.CultureInvariant)]
    private static partial Regex Written();
}
