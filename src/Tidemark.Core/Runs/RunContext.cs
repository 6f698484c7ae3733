using System.Diagnostics;
using Tidemark.Files;

namespace Tidemark.Runs;

/// <summary>A run while it runs: its id, its log, and the lock that says that it is alive.</summary>
internal sealed class RunContext : IDisposable
{
    private readonly FileLock alive;
    private readonly StreamWriter log;
    private readonly TimeProvider clock;
    private readonly RunWatch watch;
    private volatile RunPlace? place;

    private RunContext(string id, FileLock alive, StreamWriter log, TimeProvider clock, Func<RunContext, RunWatch> watch) => (Id, this.alive, this.log, this.clock, this.watch) = (id, alive, log, clock, watch(this));

    public string Id { get; }

    /// <summary>What the audit event of this run will say of it, filled in as it becomes known: a failure tells it too.</summary>
    public RunDetails Details { get; set; } = new();

    /// <summary>For who listens to the activities of this program; null: nobody does.</summary>
    public Activity? Trace { private get; set; }

    /// <summary>Where it is by now; null: it has not said.</summary>
    public RunPlace? Place => place;

    /// <summary>Cancelled when somebody has asked for it to stop, from whatever process.</summary>
    public CancellationToken Stop => watch.Stop;

    /// <summary>Of whoever began it: cancelled when the process is told to end.</summary>
    public CancellationToken Ending { private get; set; }

    public bool IsToldToEnd => Ending.IsCancellationRequested;

    /// <summary>Who asked for it to stop; null: nobody.</summary>
    public string? StopAskedBy => watch.AskedBy;

    /// <param name="stateFolder">Where.</param>
    /// <param name="id">Of the run.</param>
    /// <param name="clock">Of its log.</param>
    /// <param name="note">Given where it is, every few seconds while it runs; null: nobody wants to know.</param>
    public static RunContext Begin(string stateFolder, string id, TimeProvider clock, Action<RunPlace>? note = null)
    {
        var alive = FileLock.Acquire(LockOf(stateFolder, id), "this run", clock);
        return new RunContext(id, alive, RunLog.Begin(stateFolder, id), clock, run => new RunWatch(stateFolder, id, () =>
        {
            if (run.place is { } known) note?.Invoke(known);
        }, clock));
    }

    /// <summary>Says where the work is.</summary>
    /// <param name="phase">In a word or two.</param>
    /// <param name="bytes">Written to a store, or read from one; null: as before.</param>
    public void At(string phase, long? bytes = null)
    {
        if (phase != place?.Phase) Trace?.AddEvent(new ActivityEvent(phase, clock.GetUtcNow()));
        place = new RunPlace(phase, bytes ?? place?.Bytes);
    }

    /// <summary>True when no living process holds the run: it has ended, or was ended. One of another machine is given a day.</summary>
    public static bool IsOver(string stateFolder, string id, TimeProvider clock)
    {
        if (!File.Exists(LockOf(stateFolder, id))) return true;
        using var taken = FileLock.TryTakeOver(LockOf(stateFolder, id), clock);
        return taken is not null;
    }

    public void Log(string line)
    {
        lock (log)
            try
            {
                log.WriteLine($"{clock.GetUtcNow().UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fff'Z'} {line}");
            }
            catch (IOException)
            {
                // A full disk must not end a run over its log: journal, audit and the exit code tell how it ended.
            }
    }

    public void Dispose()
    {
        watch.Dispose();
        log.Dispose();
        try
        {
            File.Delete(alive.Path);
        }
        catch (Exception kept) when (kept is IOException or UnauthorizedAccessException)
        {
            // The lock says that nobody lives, not the file: work that is done does not fail by it.
        }
        alive.Dispose();
    }

    /// <summary>What a killed run left of itself beside its record.</summary>
    public static void Forget(string stateFolder, string id) => StopRequest.Remove(stateFolder, id);

    private static string LockOf(string stateFolder, string id) => Path.Combine(stateFolder, "alive", id);
}

/// <summary>Where a run is.</summary>
/// <param name="Phase">In a word or two.</param>
/// <param name="Bytes">Written to a store, or read from one; null: none, or not told.</param>
internal sealed record RunPlace(string Phase, long? Bytes);
