using System.Collections.Concurrent;

namespace Tidemark.Hosting;

/// <summary>Whether the service does its work: each of its loops says how its last turn went.</summary>
internal sealed class Pulse(Workbench workbench, TaskBoard board)
{
    /// <summary>Much longer than a turn of any loop: one that says nothing for so long stands still.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<string, (bool Well, long At)> loops = new();

    /// <summary>False before the first turn of any.</summary>
    public bool IsWell => board.IsWorked && !loops.IsEmpty && loops.Values.All(loop => loop.Well && workbench.Clock.GetElapsedTime(loop.At) < Silence);

    public void Report(string loop, bool well) => loops[loop] = (well, workbench.Clock.GetTimestamp());
}
