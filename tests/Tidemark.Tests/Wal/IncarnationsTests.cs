using System.Text;
using Tidemark.Storage;
using Tidemark.Storage.Memory;
using Tidemark.Wal;

namespace Tidemark.Tests.Wal;

public sealed class IncarnationsTests : IAsyncDisposable
{
    private readonly MemoryObjectStore store = new(TimeProvider.System);

    public ValueTask DisposeAsync() => store.DisposeAsync();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_second_life_has_the_next_number_and_the_first_keeps_its_own()
    {
        var lives = new Incarnations(store, "default");
        Assert.Null(await lives.FindAsync(7, Token));
        Assert.Equal("clusters/default/01-7/", (await lives.EnsureAsync(7, Token)).Key);
        Assert.Equal("clusters/default/02-8/", (await lives.EnsureAsync(8, Token)).Key);
        Assert.Equal("clusters/default/01-7/", (await lives.EnsureAsync(7, Token)).Key);
        Assert.Equal([7UL, 8UL], (await lives.ListAsync(Token)).Select(life => life.SystemIdentifier));
    }

    [Fact]
    public async Task Writers_at_once_agree_on_the_number_of_each_life()
    {
        var begin = new TaskCompletionSource();
        var writers = Enumerable.Range(0, 40).Select(writer => Task.Run(async () =>
        {
            await begin.Task;
            return await new Incarnations(store, "default").EnsureAsync((ulong)(100 + (writer % 4)), Token);
        }, Token)).ToList();
        begin.SetResult();
        var folders = (await Task.WhenAll(writers)).Distinct().ToList();
        Assert.Equal([100UL, 101UL, 102UL, 103UL], folders.Select(folder => folder.SystemIdentifier).Order());
        Assert.Equal([1, 2, 3, 4], folders.Select(folder => folder.Number).Order());
    }

    [Theory]
    [InlineData("""{"format": 2, "systemIdentifier": "7"}""")]
    [InlineData("""{"format": 1, "systemIdentifier": "seven"}""")]
    [InlineData("no json")]
    public async Task A_note_that_cannot_be_read_stops_a_writer(string note)
    {
        await store.PutAsync("clusters/default/01.json", Encoding.UTF8.GetBytes(note), PutMode.IfAbsent, Token);
        Assert.Equal(FaultCode.Verification, (await Assert.ThrowsAsync<Fault>(() => new Incarnations(store, "default").EnsureAsync(7, Token))).Code);
    }
}
