using Tidemark.Files;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Files;

public sealed class FileLockTests : IDisposable
{
    private readonly TempFolder folder = new();

    [Fact]
    public void Only_one_has_it_and_the_other_is_told_who()
    {
        var path = folder["locks/default.lock"];
        using (FileLock.Acquire(path, "cluster default", TimeProvider.System))
        {
            Assert.Null(FileLock.TryAcquire(path, TimeProvider.System));
            var fault = Assert.Throws<Fault>(() => FileLock.Acquire(path, "cluster default", TimeProvider.System));
            Assert.Equal(FaultCode.Locked, fault.Code);
            Assert.StartsWith($"process {Environment.ProcessId} on ", fault.Why);
        }

        using var again = FileLock.TryAcquire(path, TimeProvider.System);
        Assert.NotNull(again);
    }

    [Fact]
    public async Task The_lock_of_a_killed_process_is_free()
    {
        using var holder = await ProbeProcess.StartUntilAsync("locked", "lock", folder["lock"]);
        Assert.Null(FileLock.TryAcquire(folder["lock"], TimeProvider.System));
        Assert.Contains($"process {holder.Id} ", FileLock.Holder(folder["lock"]));
        holder.Kill();
        await holder.WaitForExitAsync(TestContext.Current.CancellationToken);
        using var mine = FileLock.TryAcquire(folder["lock"], TimeProvider.System);
        Assert.NotNull(mine);
    }

    [Fact]
    public async Task A_sweep_takes_what_a_killed_process_left_and_spares_what_a_living_one_writes()
    {
        using var mine = DurableFile.Create(folder.Path);
        using var writer = await ProbeProcess.StartUntilAsync("writing", "write-forever", folder.Path);
        Assert.Empty(PendingFiles.Sweep(folder.Path));
        writer.Kill();
        await writer.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.StartsWith($"{writer.Id}-", Path.GetFileName(Assert.Single(PendingFiles.Sweep(folder.Path))));
        Assert.Equal([mine.PendingPath], Directory.GetFiles(folder.Path));
    }

    public void Dispose() => folder.Dispose();
}
