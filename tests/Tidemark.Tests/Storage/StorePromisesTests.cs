using Tidemark.Storage;
using Tidemark.Storage.Local;
using Tidemark.Storage.Memory;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Storage;

/// <summary>Every promise, on every store: inherited by each.</summary>
public abstract class StorePromisesTests : IAsyncLifetime
{
    private IObjectStore? store;

    public static TheoryData<string> Promises => [.. StorePromises.All.Select(promise => promise.Name)];

    private protected abstract Task<IObjectStore> OpenAsync();

    [Theory]
    [MemberData(nameof(Promises))]
    public async Task Is_kept(string promise)
    {
        var trial = new StoreTrial(store!, "trial/", TestContext.Current.CancellationToken);
        await StorePromises.All.Single(one => one.Name == promise).TryAsync(trial);
        await trial.CleanAsync();
        Assert.Empty(await trial.ListAsync(""));
    }

    public async ValueTask InitializeAsync() => store = await OpenAsync();

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (store is not null) await store.DisposeAsync();
    }
}

public sealed class MemoryObjectStoreTests : StorePromisesTests
{
    private protected override Task<IObjectStore> OpenAsync() => Task.FromResult<IObjectStore>(new MemoryObjectStore(TimeProvider.System));
}

public sealed class LocalObjectStoreTests : StorePromisesTests
{
    private readonly TempFolder folder = new();

    private protected override Task<IObjectStore> OpenAsync() => Task.FromResult<IObjectStore>(new LocalObjectStore(folder["store"]));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        folder.Dispose();
    }
}
