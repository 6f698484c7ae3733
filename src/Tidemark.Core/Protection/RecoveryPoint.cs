using Tidemark.Dumps;

namespace Tidemark.Protection;

/// <summary>The newest moment that one can go back to, and the backup that holds it.</summary>
internal sealed record RecoveryPoint(DateTimeOffset At, DumpEntry Backup)
{
    /// <summary>What is dated later than this was taken under a wrong clock: it must not make anything look young.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromHours(1);

    /// <summary>As <c>latest</c> chooses: good ones only, and an adopted one only where there is none of ours. Null when there is none.</summary>
    public static RecoveryPoint? Newest(IReadOnlyList<DumpEntry> backups, DateTimeOffset now)
    {
        var good = backups.Where(backup => backup.State == DumpState.Good && !IsAhead(backup.Time, now)).ToList();
        return (good.Where(backup => !backup.IsAdopted).MaxBy(backup => backup.Time) ?? good.MaxBy(backup => backup.Time)) is { } newest ? new RecoveryPoint(newest.Time, newest) : null;
    }

    public static bool IsAhead(DateTimeOffset time, DateTimeOffset now) => time - now > Skew;

    /// <summary>Never negative.</summary>
    public static TimeSpan Age(DateTimeOffset time, DateTimeOffset now) => time < now ? now - time : TimeSpan.Zero;
}
