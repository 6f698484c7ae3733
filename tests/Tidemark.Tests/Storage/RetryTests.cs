using Tidemark.Storage;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Storage;

public sealed class RetryTests
{
    private readonly JumpingClock clock = new();

    [Fact]
    public async Task A_failure_that_passes_is_not_seen()
    {
        var tries = 0;
        Assert.Equal("done", await new Retry(clock).RunAsync(again => ++tries < 4 ? throw UnreliableStore.Lost() : Task.FromResult(again ? "done" : "the first try"), TestContext.Current.CancellationToken));
        Assert.Equal((4, 3), (tries, clock.Waits.Count));
    }

    [Theory]
    [InlineData(0.0, new[] { 100, 200, 400, 800, 1600, 3200, 5000, 5000 })]
    [InlineData(1.0, new[] { 200, 400, 800, 1600, 3200, 6400, 10000, 10000 })]
    public async Task Pauses_double_up_to_ten_seconds_and_chance_shortens_them_by_at_most_half(double chance, int[] milliseconds)
    {
        await Assert.ThrowsAsync<Fault>(() => new Retry(clock, () => chance).RunAsync<bool>(_ => throw UnreliableStore.Lost(), TestContext.Current.CancellationToken));
        Assert.Equal(milliseconds, clock.Waits.Take(8).Select(wait => (int)Math.Round(wait.TotalMilliseconds)));
    }

    [Fact]
    public async Task What_does_not_pass_is_tried_once()
    {
        var tries = 0;
        var refused = new Fault(FaultCode.Store, "the object store refuses access");
        Assert.Same(refused, await Assert.ThrowsAsync<Fault>(() => new Retry(clock).RunAsync<bool>(_ => ++tries > 0 ? throw refused : null!, TestContext.Current.CancellationToken)));
        Assert.Equal((1, 0), (tries, clock.Waits.Count));
    }

    [Fact]
    public async Task A_dead_store_is_given_up_within_a_minute_with_the_number_of_tries_and_nobody_above_begins_again()
    {
        var tries = 0;
        var retry = new Retry(clock);
        var dead = await Assert.ThrowsAsync<Fault>(() => retry.RunAsync(_ => retry.RunAsync<bool>(_ => ++tries > 0 ? throw UnreliableStore.Lost() : null!, CancellationToken.None), TestContext.Current.CancellationToken));
        Assert.InRange(clock.Elapsed, TimeSpan.FromSeconds(45), TimeSpan.FromSeconds(60));
        Assert.StartsWith($"connection reset; the same at each of {tries} tries within ", dead.Why, StringComparison.Ordinal);
        Assert.Equal(("the line is bad", FaultCode.Store, false), (dead.What, dead.Code, dead.Transient));
    }

    [Fact]
    public async Task A_slow_failure_uses_up_the_patience_too()
    {
        var tries = 0;
        await Assert.ThrowsAsync<Fault>(() => new Retry(clock).RunAsync<bool>(async _ =>
        {
            tries++;
            await Task.Delay(TimeSpan.FromSeconds(20), clock, TestContext.Current.CancellationToken);
            throw UnreliableStore.Lost();
        }, TestContext.Current.CancellationToken));
        Assert.Equal(3, tries);
    }

    [Fact]
    public async Task Who_stops_is_not_kept_waiting()
    {
        using var stop = new CancellationTokenSource();
        var waiting = new Retry(new JumpingClock(stands: true)).RunAsync<bool>(_ => throw UnreliableStore.Lost(), stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }
}
