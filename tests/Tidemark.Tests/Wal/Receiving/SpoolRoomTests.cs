using Tidemark.Wal.Receiving;

namespace Tidemark.Tests.Wal.Receiving;

public sealed class SpoolRoomTests
{
    [Fact]
    public async Task A_full_spool_says_why_nothing_is_read_until_there_is_room()
    {
        var (taken, state, remarks) = (10L, new ReceiverState(), new List<string>());
        var room = new SpoolRoom(() => taken, 10, state, remarks.Add);
        room.Grown();
        Assert.True(room.IsFull);
        Assert.Contains("spool is full", state.Report.Failure, StringComparison.Ordinal);
        var waiting = room.WaitAsync(TestContext.Current.CancellationToken);
        Assert.False(waiting.IsCompleted);
        taken = 4;
        room.Shrunk();
        await waiting;
        Assert.Null(state.Report.Failure);
        Assert.Equal(2, remarks.Count);
    }
}
