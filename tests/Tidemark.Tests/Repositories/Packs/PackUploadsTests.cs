using Tidemark.Repositories.Packs;
using Tidemark.Storage;
using Tidemark.Storage.Memory;
using Tidemark.Tests.Storage;

namespace Tidemark.Tests.Repositories.Packs;

public sealed class PackUploadsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_first_fault_ends_all_and_comes_out_wherever_somebody_waits()
    {
        var sky = new UnreliableStore(new MemoryObjectStore(TimeProvider.System)) { Weather = (operation, _, call) => operation == "put" && call == 3 ? Loss.Request : Loss.None };
        using var bench = new PackBench(isSealed: false, sky);
        await using var uploads = new PackUploads(sky, bench.Folder, bench.Keys, 2, Token);
        using var packs = new PackWriter(uploads, PackBench.PageSize);
        using var encoder = new FrameEncoder(1);
        var ended = await Assert.ThrowsAsync<Fault>(async () =>
        {
            for (var at = 0; ; at++)
            {
                await packs.AddAsync(encoder.Encode(new Extent("a", [new PageSpan(at, 1)]), MadePages.Of(8192, (ulong)at)), Token);
                await packs.SealAsync(Token);
            }
        });
        Assert.Equal("the line is bad", ended.What);
        Assert.Equal("the line is bad", (await Assert.ThrowsAsync<Fault>(uploads.CompleteAsync)).What);
    }

    [Fact]
    public async Task Who_wants_another_buffer_than_there_are_waits_until_one_is_stored()
    {
        var store = new HeldStore();
        using var bench = new PackBench(isSealed: false);
        await using var uploads = new PackUploads(store, bench.Folder, bench.Keys, 2, Token);
        using var packs = new PackWriter(uploads, PackBench.PageSize);
        using var encoder = new FrameEncoder(1);
        Task<FramePlace> Add(int at) => packs.AddAsync(encoder.Encode(new Extent("a", [new PageSpan(at, 1)]), MadePages.Of(8192, (ulong)at)), Token).AsTask();
        foreach (var at in new[] { 0, 1 })
        {
            await Add(at);
            await packs.SealAsync(Token);
        }
        var third = Add(2);
        Assert.False(third.IsCompleted);
        store.LetGo();
        await third;
        await packs.SealAsync(Token);
        Assert.Equal(3, (await uploads.CompleteAsync()).Count);
    }

    [Fact]
    public async Task A_pack_that_is_there_already_is_left_as_it_is_and_a_damaged_one_of_its_name_is_not_believed()
    {
        using var bench = new PackBench(isSealed: false);
        var frames = new[] { PackBench.Extent("a", 0, MadePages.Of(5000, 1)) };
        var pack = Assert.Single(await bench.WriteAsync(frames));
        Assert.Equal(pack, Assert.Single(await bench.WriteAsync(frames)));
        var written = (await bench.Store.FindAsync(bench.Folder.Key(pack.Id), Token))!.Written;
        Assert.Equal(pack.Id, await UploadAsync());
        Assert.Equal(written, (await bench.Store.FindAsync(bench.Folder.Key(pack.Id), Token))!.Written);
        await bench.ChangeAsync(pack, [1, 2, 3]);
        var damaged = await Assert.ThrowsAsync<Fault>(UploadAsync);
        Assert.Equal(FaultCode.Verification, damaged.Code);
        Assert.Contains(pack.Id, damaged.Where, StringComparison.Ordinal);

        async Task<string> UploadAsync()
        {
            await using var uploads = new PackUploads(bench.Store, bench.Folder, bench.Keys, 2, Token);
            using var packs = new PackWriter(uploads, PackBench.PageSize);
            using var encoder = new FrameEncoder(1);
            await packs.AddAsync(encoder.Encode(frames[0].Content, frames[0].Raw), Token);
            await packs.SealAsync(Token);
            return Assert.Single(await uploads.CompleteAsync()).Id;
        }
    }

    /// <summary>Takes nothing before it is told to.</summary>
    private sealed class HeldStore : IObjectStore
    {
        private readonly MemoryObjectStore inner = new(TimeProvider.System);
        private readonly TaskCompletionSource held = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Address => inner.Address;

        public StoreTraits Traits => inner.Traits;

        public void LetGo() => held.SetResult();

        public async Task<bool> PutAsync(string key, ReadOnlyMemory<byte> bytes, PutMode mode, CancellationToken token)
        {
            await held.Task.WaitAsync(token);
            return await inner.PutAsync(key, bytes, mode, token);
        }

        public Task<StoredObject?> FindAsync(string key, CancellationToken token) => inner.FindAsync(key, token);

        public IAsyncEnumerable<StoredObject> ListAsync(KeyRange which, Action<UnseenObjects> unseen, CancellationToken token) => inner.ListAsync(which, unseen, token);

        public Task<Stream> OpenAsync(string key, long offset, long? length, CancellationToken token) => inner.OpenAsync(key, offset, length, token);

        public Task<IObjectUpload> BeginUploadAsync(string key, CancellationToken token) => inner.BeginUploadAsync(key, token);

        public Task<bool> MoveAsync(string from, string to, CancellationToken token) => inner.MoveAsync(from, to, token);

        public Task<bool> DeleteAsync(string key, CancellationToken token) => inner.DeleteAsync(key, token);

        public Task<int> SweepUploadsAsync(string prefix, DateTimeOffset begunBefore, CancellationToken token) => inner.SweepUploadsAsync(prefix, begunBefore, token);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
