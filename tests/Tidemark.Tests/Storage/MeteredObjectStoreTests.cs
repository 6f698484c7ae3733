using Tidemark.Storage;
using Tidemark.Storage.Memory;

namespace Tidemark.Tests.Storage;

public sealed class MeteredObjectStoreTests : IAsyncDisposable
{
    private readonly StoreMeter meter = new();
    private readonly UnreliableStore line = new(new MemoryObjectStore(TimeProvider.System));
    private readonly MeteredObjectStore store;

    public MeteredObjectStoreTests() => store = new MeteredObjectStore(line, meter);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Bytes_are_counted_both_ways()
    {
        await store.PutAsync("a", new byte[1_000], PutMode.IfAbsent, Token);
        await using (var upload = await store.BeginUploadAsync("b", Token))
        {
            await upload.WriteAsync(new byte[20_000], Token);
            await upload.CompleteAsync(PutMode.IfAbsent, Token);
        }
        await using (var stream = await store.OpenAsync("b", 500, 300, Token)) await stream.CopyToAsync(Stream.Null, Token);
        Assert.Equal((21_000, 300), (meter.BytesUp, meter.BytesDown));
        Assert.Equal([new("begin", 1, 0), new("open", 1, 0), new("put", 1, 0), new("upload", 1, 0)], meter.Operations);
    }

    [Fact]
    public async Task Failures_are_counted_by_operation()
    {
        line.Weather = (operation, _, _) => operation == "delete" ? Loss.Request : Loss.None;
        await Assert.ThrowsAsync<Fault>(() => store.DeleteAsync("a", Token));
        await Assert.ThrowsAsync<Fault>(() => store.OpenAsync("a", 0, null, Token));
        await store.FindAsync("a", Token);
        await (await store.BeginUploadAsync("b", Token)).DisposeAsync();
        Assert.Equal([new("begin", 1, 0), new("delete", 1, 1), new("find", 1, 0), new("open", 1, 1), new("upload", 1, 1)], meter.Operations);
    }

    [Fact]
    public async Task A_listing_that_is_read_in_part_is_no_failure_and_one_that_breaks_is()
    {
        foreach (var key in (string[])["a", "b"]) await store.PutAsync(key, new byte[1], PutMode.IfAbsent, Token);
        await foreach (var _ in store.ListAsync("", _ => { }, Token)) break;
        Assert.Equal(new("list", 1, 0), meter.Operations[0]);
        line.ListingBreaks = true;
        await Assert.ThrowsAsync<Fault>(async () =>
        {
            await foreach (var _ in store.ListAsync("", _ => { }, Token)) { }
        });
        Assert.Equal(new("list", 2, 1), meter.Operations[0]);
    }

    public ValueTask DisposeAsync() => store.DisposeAsync();
}
