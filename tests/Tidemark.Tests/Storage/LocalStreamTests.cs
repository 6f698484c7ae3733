using Tidemark.Storage.Local;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Storage;

public sealed class LocalStreamTests
{
    [Fact]
    public async Task What_the_disk_does_not_give_is_a_failure_of_the_store()
    {
        // The kernel answers EIO where this process has no memory, and it has none at 0.
        await using var store = new LocalObjectStore($"/proc/{Environment.ProcessId}");
        await using var memory = await store.OpenAsync("mem", 0, 10, TestContext.Current.CancellationToken);
        Assert.Equal(FaultCode.Store, (await Assert.ThrowsAsync<Fault>(async () => await memory.ReadExactlyAsync(new byte[10], TestContext.Current.CancellationToken))).Code);
        Assert.Equal(FaultCode.Store, Assert.Throws<Fault>(() => memory.ReadExactly(new byte[10])).Code);
    }

    [Fact]
    public async Task To_settle_an_object_is_to_sync_each_folder_on_its_way()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/strace"), "strace is not installed: what is synced cannot be seen");
        using var folder = new TempFolder();
        folder.Write("store/a/b/object", "x");
        var (exitCode, errors) = await ProbeProcess.RunAsync(["strace", "-f", "-qq", "-y", "-e", "trace=fsync"], "settle", folder["store"], "a/b/object");
        Assert.Equal(0, exitCode);
        foreach (var synced in new[] { "store/a/b", "store/a", "store" }) Assert.Contains($"{folder[synced]}>", errors, StringComparison.Ordinal);
    }
}
