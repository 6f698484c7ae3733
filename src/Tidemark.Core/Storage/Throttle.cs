namespace Tidemark.Storage;

/// <summary>So many bytes a second, on average from the first one on; nothing is saved up while nobody sends.</summary>
/// <remarks>Who comes takes a place in time behind those before, and waits for the end of it: several at once share the rate.</remarks>
internal sealed class Throttle(long bytesPerSecond, TimeProvider clock)
{
    private readonly Lock gate = new();
    private readonly long begun = clock.GetTimestamp();
    private TimeSpan taken;

    /// <summary>The most that is sent between two waits: a tenth of a second.</summary>
    public int Piece { get; } = (int)Math.Clamp(bytesPerSecond / 10, 1, 1 << 20);

    /// <summary>Returns when so many bytes have had their time.</summary>
    public async Task PassAsync(int bytes, CancellationToken token)
    {
        TimeSpan wait;
        lock (gate)
        {
            var now = clock.GetElapsedTime(begun);
            taken = (taken > now ? taken : now) + TimeSpan.FromSeconds((double)bytes / bytesPerSecond);
            wait = taken - now;
        }
        await Task.Delay(wait, clock, token);
    }
}
