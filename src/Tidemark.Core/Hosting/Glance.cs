namespace Tidemark.Hosting;

/// <summary>What a look at something slow found: many may ask, one looks at a time, and nobody waits long. A look that hangs keeps nobody from what the last one found.</summary>
/// <param name="look">Takes its time; what it throws is what it found.</param>
/// <param name="fresh">How long what was found by the last look is good enough, from the beginning of that look.</param>
/// <param name="patience">How long anyone waits for a look, from its beginning.</param>
/// <param name="clock">Measures both.</param>
internal sealed class Glance<T>(Func<CancellationToken, Task<T>> look, Func<Seen<T>, TimeSpan> fresh, TimeSpan patience, TimeProvider clock) : IAsyncDisposable
    where T : class
{
    private readonly Lock gate = new();
    private readonly CancellationTokenSource over = new();
    private Task? looking;
    private long begun;
    private DateTimeOffset begunAt;
    private Seen<T> last = new(null, null, null, false);

    /// <param name="changedAt">What was seen before that is not good enough; null: nothing is known to have changed.</param>
    /// <param name="token">Ends the waiting, not the look.</param>
    public async Task<Seen<T>> SeeAsync(DateTimeOffset? changedAt, CancellationToken token)
    {
        Task running;
        TimeSpan left;
        lock (gate)
        {
            if (looking is null || (looking.IsCompleted && (clock.GetElapsedTime(begun) >= fresh(last) || changedAt >= begunAt)))
            {
                (begun, begunAt) = (clock.GetTimestamp(), clock.GetUtcNow());
                // Also a look that blocks its thread keeps nobody.
                looking = Task.Run(LookAsync, CancellationToken.None);
            }
            running = looking;
            left = patience - clock.GetElapsedTime(begun);
        }
        if (left > TimeSpan.Zero && !running.IsCompleted) await Task.WhenAny(running, Task.Delay(left, clock, token));
        token.ThrowIfCancellationRequested();
        lock (gate) return last with { Overdue = !running.IsCompleted };
    }

    /// <summary>Ends a look that has begun, so that nothing is opened behind who tidies up. One that hangs is left to itself after the patience.</summary>
    public async ValueTask DisposeAsync()
    {
        await over.CancelAsync();
        Task? running;
        lock (gate) running = looking;
        if (running is not null) await Task.WhenAny(running, Task.Delay(patience, clock));
    }

    private async Task LookAsync()
    {
        try
        {
            var found = await look(over.Token);
            lock (gate) last = new Seen<T>(found, clock.GetUtcNow(), null, false);
        }
#pragma warning disable CA1031 // Whatever it fails with is what there is to see.
        catch (Exception failed)
#pragma warning restore CA1031
        {
            lock (gate) last = last with { Failure = failed };
        }
    }
}

/// <summary>What was seen, and how well.</summary>
/// <param name="Found">By the last look that succeeded; null: none has.</param>
/// <param name="At">When that was.</param>
/// <param name="Failure">Of the last look that has ended; null: it succeeded.</param>
/// <param name="Overdue">A look has begun and takes longer than anyone waits.</param>
internal sealed record Seen<T>(T? Found, DateTimeOffset? At, Exception? Failure, bool Overdue)
    where T : class
{
    public bool IsWhole => Found is not null && Failure is null && !Overdue;
}
