using Tidemark.Dumps;

namespace Tidemark.Protection;

/// <summary>The newest moment that one can go back to, and the backup that holds it.</summary>
internal sealed record RecoveryPoint(DateTimeOffset At, DumpEntry Backup)
{
    /// <summary>As <c>latest</c> chooses: good ones only, and an adopted one only where there is none of ours. Null when there is none.</summary>
    public static RecoveryPoint? Newest(IReadOnlyList<DumpEntry> backups, DateTimeOffset now)
    {
        var good = backups.Where(backup => backup.State == DumpState.Good && !backup.IsAhead(now)).ToList();
        return (good.Where(backup => !backup.IsAdopted).MaxBy(backup => backup.Time) ?? good.MaxBy(backup => backup.Time)) is { } newest ? new RecoveryPoint(newest.Time, newest) : null;
    }

    /// <summary>Never negative.</summary>
    public static TimeSpan Age(DateTimeOffset time, DateTimeOffset now) => time < now ? now - time : TimeSpan.Zero;
}
