using Tidemark.Storage;
using Tidemark.Storage.Memory;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Storage;

/// <summary>Every promise, with all layers that stand around a store.</summary>
public sealed class LayeredObjectStoreTests : StorePromisesTests
{
    private protected override Task<IObjectStore> OpenAsync()
    {
        var clock = new JumpingClock();
        return Task.FromResult<IObjectStore>(new RetryingObjectStore(new ThrottledObjectStore(new MeteredObjectStore(new MemoryObjectStore(clock), new StoreMeter()), 1_000_000_000, clock), new Retry(clock)));
    }
}

public sealed class ThrottledObjectStoreTests : IAsyncDisposable
{
    private static readonly byte[] Bytes = StoreTrial.Bytes(5_000_000);
    private readonly JumpingClock clock = new();
    private readonly ThrottledObjectStore store;

    public ThrottledObjectStoreTests() => store = new ThrottledObjectStore(new MemoryObjectStore(clock), 1_000_000, clock);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Five_megabytes_at_one_a_second_take_five_seconds_up()
    {
        await using var upload = await store.BeginUploadAsync("a", Token);
        await upload.WriteAsync(Bytes, Token);
        Assert.True(await upload.CompleteAsync(PutMode.IfAbsent, Token));
        Assert.Equal(5, clock.Elapsed.TotalSeconds, 0.01);
        Assert.All(clock.Waits, wait => Assert.True(wait <= TimeSpan.FromSeconds(0.1001), $"a wait of {wait}"));
    }

    [Fact]
    public async Task And_five_seconds_down()
    {
        await store.PutAsync("a", Bytes, PutMode.IfAbsent, Token);
        Assert.Equal(5, clock.Elapsed.TotalSeconds, 0.01);
        await using var stream = await store.OpenAsync("a", 0, null, Token);
        using var back = new MemoryStream();
        await stream.CopyToAsync(back, Token);
        Assert.True(back.ToArray().AsSpan().SequenceEqual(Bytes));
        Assert.Equal(10, clock.Elapsed.TotalSeconds, 0.01);
    }

    [Fact]
    public async Task Time_in_which_nothing_was_sent_is_not_made_up_for()
    {
        var throttle = new Throttle(1_000_000, clock);
        await Task.Delay(TimeSpan.FromHours(1), clock, Token);
        await throttle.PassAsync(2_000_000, Token);
        Assert.Equal(3602, clock.Elapsed.TotalSeconds, 0.01);
    }

    [Fact]
    public void Several_at_once_share_the_rate()
    {
        var standing = new JumpingClock(stands: true);
        var throttle = new Throttle(1_000_000, standing);
        for (var sender = 0; sender < 3; sender++) _ = throttle.PassAsync(1_000_000, Token);
        Assert.Equal([1, 2, 3], standing.Waits.Select(wait => (int)Math.Round(wait.TotalSeconds)));
    }

    public ValueTask DisposeAsync() => store.DisposeAsync();
}
