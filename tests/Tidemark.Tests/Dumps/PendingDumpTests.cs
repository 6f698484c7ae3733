using Tidemark.Dumps;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Dumps;

public sealed class PendingDumpTests : IDisposable
{
    private readonly TempFolder scratch = new();

    [Fact]
    public async Task A_start_that_tidies_up_never_takes_a_dump_that_is_just_beginning()
    {
        var folder = new DumpFolder(scratch["backups"]);
        folder.Prepare();
        using var enough = new CancellationTokenSource();
        var tidying = Task.Run(() =>
        {
            var swept = 0;
            while (!enough.IsCancellationRequested) swept += PendingDump.Tidy(folder, TimeProvider.System).Count;
            return swept;
        }, TestContext.Current.CancellationToken);
        for (var i = 0; i < 300; i++)
        {
            using var pending = PendingDump.Create(folder, $"run-{i}", TimeProvider.System);
            Assert.True(Directory.Exists(pending.Path), $"dump {i} has lost its folder");
        }
        await enough.CancelAsync();
        Assert.Equal(0, await tidying);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Pending));
    }

    public void Dispose() => scratch.Dispose();
}
