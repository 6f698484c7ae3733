using System.Diagnostics;
using Tidemark.Files;

namespace Tidemark.Runs;

/// <summary>A run while it runs: its id, its log, and the lock that says that it is alive.</summary>
internal sealed class RunContext : IDisposable
{
    private readonly FileLock alive;
    private readonly StreamWriter log;
    private readonly TimeProvider clock;

    private RunContext(string id, FileLock alive, StreamWriter log, TimeProvider clock) => (Id, this.alive, this.log, this.clock) = (id, alive, log, clock);

    public string Id { get; }

    /// <summary>What the audit event of this run will say of it, filled in as it becomes known: a failure tells it too.</summary>
    public RunDetails Details
    {
        get;
        set
        {
            if (value.Phase is { } phase && phase != field.Phase) Trace?.AddEvent(new ActivityEvent(phase, clock.GetUtcNow()));
            field = value;
        }
    } = new();

    /// <summary>For who listens to the activities of this program; null: nobody does.</summary>
    public Activity? Trace { private get; set; }

    public static RunContext Begin(string stateFolder, string id, TimeProvider clock)
    {
        var alive = FileLock.Acquire(LockOf(stateFolder, id), "this run", clock);
        return new RunContext(id, alive, RunLog.Begin(stateFolder, id), clock);
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
        log.Dispose();
        File.Delete(alive.Path);
        alive.Dispose();
    }

    private static string LockOf(string stateFolder, string id) => Path.Combine(stateFolder, "alive", id);
}
