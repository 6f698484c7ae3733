using Tidemark.BaseBackups;
using Tidemark.Storage.Memory;
using Tidemark.Wal;

namespace Tidemark.Tests.BaseBackups;

public sealed class ClusterUpgradeRunnerTests : IAsyncDisposable
{
    private readonly MemoryObjectStore store = new(TimeProvider.System);

    public ValueTask DisposeAsync() => store.DisposeAsync();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_system_identifier_opens_the_next_folder_and_one_that_is_known_is_refused()
    {
        Assert.Equal(FaultCode.NotFound, (await Assert.ThrowsAsync<Fault>(() => ClusterUpgradeRunner.RunAsync(store, 7, Token))).Code);
        Assert.Empty(await new Incarnations(store, "default").ListAsync(Token));
        await new Incarnations(store, "default").EnsureAsync(7, Token);
        Assert.Contains("was not upgraded", (await Assert.ThrowsAsync<Fault>(() => ClusterUpgradeRunner.RunAsync(store, 7, Token))).What, StringComparison.Ordinal);
        var opened = await ClusterUpgradeRunner.RunAsync(store, 8, Token);
        Assert.Equal((1, 2, 8UL), (opened.Before.Number, opened.Now.Number, opened.Now.SystemIdentifier));
        Assert.Contains("earlier life", (await Assert.ThrowsAsync<Fault>(() => ClusterUpgradeRunner.RunAsync(store, 7, Token))).What, StringComparison.Ordinal);
        Assert.Equal([7UL, 8UL], (await new Incarnations(store, "default").ListAsync(Token)).Select(life => life.SystemIdentifier));
    }
}
