namespace Tidemark.BaseBackups;

/// <summary>Tasks of one work: when one fails, the others are stopped, and its failure is told, not theirs.</summary>
internal static class AllOrNone
{
    /// <param name="tasks">Of the work.</param>
    /// <param name="stop">What their tokens come from.</param>
    public static async Task RunAsync(IReadOnlyList<Task> tasks, CancellationTokenSource stop)
    {
        var running = tasks.ToList();
        Task? failed = null;
        while (running.Count > 0)
        {
            var ended = await Task.WhenAny(running);
            running.Remove(ended);
            if (ended.IsCompletedSuccessfully || failed is not null) continue;
            failed = ended;
            await stop.CancelAsync();
        }
        if (failed is not null) await failed;
    }
}
