using System.Collections.Concurrent;

namespace Tidemark.Hosting;

/// <summary>Whether the service does its work: each of its loops says how its last turn went.</summary>
internal sealed class Pulse
{
    private readonly ConcurrentDictionary<string, bool> loops = new();

    /// <summary>False before the first turn of any.</summary>
    public bool IsWell => !loops.IsEmpty && loops.Values.All(well => well);

    public void Report(string loop, bool well) => loops[loop] = well;
}
