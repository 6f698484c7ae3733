using System.Text;
using Tidemark.Repositories;
using Tidemark.Storage;
using Tidemark.Storage.Memory;

namespace Tidemark.Tests.Repositories;

public sealed class BreakGlassTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_store_gets_both_files_and_old_ones_are_renewed()
    {
        await using var store = new MemoryObjectStore(TimeProvider.System);
        await store.PutAsync("README", BreakGlass.Read("README").AsMemory(..^20), PutMode.Replace, Token);
        await BreakGlass.WriteAsync(store, Token);
        foreach (var name in BreakGlass.Names) Assert.Equal(BreakGlass.Read(name), await WholeObject.ReadAsync(store, name, KeyRing.Largest, Token));
        Assert.StartsWith("#!/bin/sh\n", Encoding.UTF8.GetString(BreakGlass.Read("restore.sh")));
    }

    [Fact]
    public async Task What_is_whole_is_not_written_again_and_what_is_not_ours_stays()
    {
        await using var store = new MemoryObjectStore(TimeProvider.System);
        await BreakGlass.WriteAsync(store, Token);
        await BreakGlass.WriteAsync(new DyingStore(store, 0), Token);
        await store.PutAsync("README", "my project"u8.ToArray(), PutMode.Replace, Token);
        await BreakGlass.WriteAsync(store, Token);
        Assert.Equal("my project"u8.ToArray(), await WholeObject.ReadAsync(store, "README", KeyRing.Largest, Token));
    }
}
