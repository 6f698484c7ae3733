using Tidemark.Storage;
using Tidemark.Storage.Memory;

namespace Tidemark.Tests.Storage;

public sealed class WholeObjectTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    [InlineData(10)]
    public async Task What_is_not_larger_than_allowed_comes_whole(int size)
    {
        await using var store = new MemoryObjectStore(TimeProvider.System);
        await store.PutAsync("object", StoreTrial.Bytes(size), PutMode.Replace, Token);
        Assert.Equal(StoreTrial.Bytes(size), await WholeObject.ReadAsync(store, "object", 10, Token));
    }

    [Fact]
    public async Task What_is_larger_is_not_given_in_part()
    {
        await using var store = new MemoryObjectStore(TimeProvider.System);
        await store.PutAsync("object", StoreTrial.Bytes(11), PutMode.Replace, Token);
        Assert.Null(await WholeObject.ReadAsync(store, "object", 10, Token));
    }

    [Fact]
    public async Task A_store_that_sends_more_than_it_was_asked_for_fills_no_memory()
    {
        var read = new MemoryStream(StoreTrial.Bytes(1_000_000));
        Assert.Null(await WholeObject.ReadAsync(new Watched(read), 10, Token));
        Assert.Equal(11, read.Position);
    }

    /// <summary>Can still be asked for its position when it is closed.</summary>
    private sealed class Watched(Stream inner) : ForwardStream(Null)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => inner.ReadAsync(buffer, cancellationToken);
    }
}
