using Tidemark.Bench.Machine;

namespace Tidemark.Bench.Measuring;

/// <summary>Looks fifty times a second at the highest resident memory (VmHWM) of a process, of all below it, and of what it left to us.</summary>
/// <remarks>
/// The kernel keeps the peak, so only what grows after the last look is missed. wait4's ru_maxrss would not do: it counts
/// the memory of the process that forked, which is .NET here.
/// </remarks>
internal sealed class MemoryWatch : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private readonly int root;
    private readonly IReadOnlySet<int> before;
    private readonly Dictionary<int, (string Program, long Peak)> seen = [];
    private readonly ManualResetEventSlim stop = new();
    private readonly Thread thread;

    /// <param name="root">The process.</param>
    /// <param name="before">Children of ours that it has nothing to do with.</param>
    public MemoryWatch(int root, IReadOnlySet<int> before)
    {
        this.root = root;
        this.before = before;
        thread = new Thread(Watch) { IsBackground = true, Name = "memory watch" };
        thread.Start();
    }

    public (long? Own, long? Child, string? BiggestChild) Stop()
    {
        stop.Set();
        thread.Join();
        var children = seen.Where(process => process.Key != root).Select(process => process.Value).ToList();
        long? own = seen.TryGetValue(root, out var found) ? found.Peak : null;
        if (children.Count == 0) return (own, null, null);
        var biggest = children.MaxBy(child => child.Peak);
        return (own, biggest.Peak, Path.GetFileName(biggest.Program));
    }

    public void Dispose()
    {
        stop.Set();
        thread.Join();
        stop.Dispose();
    }

    private void Watch()
    {
        do
        {
            foreach (var id in Orphans.Children().Where(id => !before.Contains(id))) Look(id, null);
        }
        while (!stop.Wait(Pause));
    }

    private void Look(int id, string? parent)
    {
        // A fork that has not become its program yet shows its parent's memory; the last look at a process counts, as its peak only grows.
        if (ProcFolder.Program(id) is { } program && program != parent)
        {
            if (ProcFolder.PeakMemory(id) is { } peak) seen[id] = (program, peak);
            parent = program;
        }
        foreach (var child in ProcFolder.ChildrenOf(id)) Look(child, parent);
    }
}
