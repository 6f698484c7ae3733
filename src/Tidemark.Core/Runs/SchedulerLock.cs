using Tidemark.Files;

namespace Tidemark.Runs;

/// <summary>Held by the one service that follows the schedules of a state folder; of two, the second waits for the first to end.</summary>
internal static class SchedulerLock
{
    /// <summary>Null: another service follows them.</summary>
    public static FileLock? TryAcquire(string stateFolder, TimeProvider clock) => FileLock.TryAcquire(PathIn(stateFolder), clock);

    /// <summary>Leaves nothing behind that was not there.</summary>
    public static bool IsHeld(string stateFolder, TimeProvider clock)
    {
        if (!File.Exists(PathIn(stateFolder))) return false;
        using var free = FileLock.TryAcquire(PathIn(stateFolder), clock);
        return free is null;
    }

    private static string PathIn(string stateFolder) => Path.Combine(stateFolder, "locks", "schedules");
}
