using Tidemark.Storage;
using Tidemark.Storage.Memory;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Storage;

/// <summary>Every promise, while every third request or answer is lost.</summary>
public sealed class BadLineTests : StorePromisesTests
{
    private protected override Task<IObjectStore> OpenAsync()
    {
        var line = new UnreliableStore(new MemoryObjectStore(TimeProvider.System))
        {
            BreakAfter = 5_000_000,
            // Whether something was there that is removed nobody can know whose answer was lost.
            Weather = (operation, key, number) => operation == "delete" && key.EndsWith("nothing", StringComparison.Ordinal) ? Loss.None : (number % 6) switch { 0 => Loss.Answer, 3 => Loss.Request, _ => Loss.None },
        };
        return Task.FromResult<IObjectStore>(new RetryingObjectStore(line, new Retry(new Unmoved())));
    }

    /// <summary>Eight writers wait on it at once: the pauses of the others must not use up one's own patience.</summary>
    private sealed class Unmoved : JumpingClock
    {
        public override long GetTimestamp() => 0;
    }
}

public sealed class RetryingObjectStoreTests : IAsyncDisposable
{
    private static readonly byte[] Bytes = StoreTrial.Bytes(10_000);
    private readonly MemoryObjectStore memory = new(TimeProvider.System);
    private readonly UnreliableStore line;
    private readonly RetryingObjectStore store;

    public RetryingObjectStoreTests()
    {
        line = new UnreliableStore(memory);
        store = new RetryingObjectStore(line, new Retry(new JumpingClock()));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_put_whose_answer_was_lost_finds_its_own_object()
    {
        line.Weather = Once("put", Loss.Answer);
        Assert.True(await store.PutAsync("a", Bytes, PutMode.IfAbsent, Token));
    }

    [Fact]
    public async Task An_object_of_the_same_size_by_another_is_not_taken_for_ones_own()
    {
        await memory.PutAsync("a", Bytes.Reverse().ToArray(), PutMode.IfAbsent, Token);
        line.Weather = Once("put", Loss.Request);
        Assert.False(await store.PutAsync("a", Bytes, PutMode.IfAbsent, Token));
    }

    [Fact]
    public async Task The_same_object_that_was_there_before_is_not_ones_own_when_nothing_was_lost()
    {
        await memory.PutAsync("a", Bytes, PutMode.IfAbsent, Token);
        Assert.False(await store.PutAsync("a", Bytes, PutMode.IfAbsent, Token));
    }

    [Fact]
    public async Task A_move_whose_answer_was_lost_is_done()
    {
        await memory.PutAsync("a", Bytes, PutMode.IfAbsent, Token);
        line.Weather = Once("move", Loss.Answer);
        Assert.True(await store.MoveAsync("a", "b", Token));
        Assert.Null(await memory.FindAsync("a", Token));
    }

    [Fact]
    public async Task A_move_that_had_copied_and_not_deleted_is_finished()
    {
        await memory.PutAsync("a", Bytes, PutMode.IfAbsent, Token);
        line.Weather = (operation, _, _) => operation == "move" && memory.PutAsync("b", Bytes, PutMode.IfAbsent, Token).Result ? Loss.Request : Loss.None;
        Assert.True(await store.MoveAsync("a", "b", Token));
        Assert.Null(await memory.FindAsync("a", Token));
    }

    [Fact]
    public async Task A_move_whose_old_name_has_gone_by_itself_is_finished()
    {
        await memory.PutAsync("a", Bytes, PutMode.IfAbsent, Token);
        line.Weather = (operation, _, _) => operation switch
        {
            "move" when memory.PutAsync("b", Bytes, PutMode.IfAbsent, Token).Result => Loss.Request,
            "delete" when memory.DeleteAsync("a", Token).Result => Loss.None,
            _ => Loss.None,
        };
        Assert.True(await store.MoveAsync("a", "b", Token));
    }

    [Fact]
    public async Task A_move_leaves_another_object_under_the_new_name_and_its_own_under_the_old()
    {
        await memory.PutAsync("a", Bytes, PutMode.IfAbsent, Token);
        line.Weather = (operation, _, _) => operation == "move" && memory.PutAsync("b", Bytes.Reverse().ToArray(), PutMode.IfAbsent, Token).Result ? Loss.Request : Loss.None;
        Assert.False(await store.MoveAsync("a", "b", Token));
        Assert.NotNull(await memory.FindAsync("a", Token));
    }

    [Fact]
    public async Task A_download_goes_on_where_it_broke()
    {
        await memory.PutAsync("a", Bytes, PutMode.IfAbsent, Token);
        line.BreakAfter = 3_000;
        Assert.Equal(Bytes[100..9_900], await ReadAsync("a", 100, 9_800));
        Assert.Equal([100, 3_100, 6_100, 9_100], line.Asked.Where(asked => asked.Operation == "open").Select(asked => asked.Offset));
    }

    [Fact]
    public async Task A_download_that_gets_no_further_ends()
    {
        await memory.PutAsync("a", Bytes, PutMode.IfAbsent, Token);
        line.BreakAfter = 0;
        Assert.Contains("tries", (await Assert.ThrowsAsync<Fault>(() => ReadAsync("a", 0, null))).Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_delete_whose_answer_was_lost_is_done()
    {
        await memory.PutAsync("a", Bytes, PutMode.IfAbsent, Token);
        line.Weather = Once("delete", Loss.Answer);
        Assert.True(await store.DeleteAsync("a", Token));
    }

    public ValueTask DisposeAsync() => store.DisposeAsync();

    private static Func<string, string, int, Loss> Once(string operation, Loss loss)
    {
        var left = 1;
        return (asked, _, _) => asked == operation && left-- > 0 ? loss : Loss.None;
    }

    private async Task<byte[]> ReadAsync(string key, long offset, long? length)
    {
        await using var stream = await store.OpenAsync(key, offset, length, Token);
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes, Token);
        return bytes.ToArray();
    }
}
