using System.Collections.Concurrent;
using Tidemark.Hosting;

namespace Tidemark.AspNetCore.Api;

/// <summary>Downloads that come in ranges: each range is a request, all of them are one download, recorded once.</summary>
internal sealed class DownloadBook(Workbench workbench)
{
    /// <summary>From one range to the next; longer, and it is another download.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<(string Actor, string Backup), long> known = new();

    /// <summary>Whether this request goes on with what the same actor began a while ago.</summary>
    /// <param name="actor">Who.</param>
    /// <param name="backup">Id.</param>
    /// <param name="whole">All of it is asked for: that is always a download of its own.</param>
    public bool Continues(string actor, string backup, bool whole)
    {
        if (whole) return false;
        foreach (var (key, at) in known)
            if (workbench.Clock.GetElapsedTime(at) > Pause) known.TryRemove(key, out _);
        var continues = known.ContainsKey((actor, backup));
        known[(actor, backup)] = workbench.Clock.GetTimestamp();
        return continues;
    }
}
