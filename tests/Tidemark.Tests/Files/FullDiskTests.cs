using System.Diagnostics;
using Tidemark.Files;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Files;

/// <summary>A disk of 1 MiB that is really full.</summary>
public sealed class FullDiskTests : IAsyncLifetime
{
    private readonly TempFolder folder = new();
    private bool mounted;

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(folder["disk"]);
        mounted = Environment.UserName == "root" && await RunAsync("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder["disk"]) == 0;
    }

    [Fact]
    public void A_full_disk_is_told_as_such_and_leaves_nothing()
    {
        Assert.SkipUnless(mounted, "mounting a tmpfs needs root: a full disk cannot be made");
        var space = FreeSpace.Of(folder["disk/not/yet/there"]);
        Assert.InRange(space, 1, 1 << 20);

        using (var file = DurableFile.Create(folder["disk/pending"]))
        {
            var fault = Assert.Throws<Fault>(() => Fill(file.Stream));
            Assert.Equal(FaultCode.DiskFull, fault.Code);
            Assert.Contains(folder["disk/pending"], fault.What);
            Assert.Equal("No space left on device", fault.Why);
            Assert.Same(fault, Assert.Throws<Fault>(() => file.Publish(folder["disk/final"])));
        }

        Assert.False(File.Exists(folder["disk/final"]));
        Assert.Empty(Directory.GetFiles(folder["disk/pending"]));
    }

    [Fact]
    public void A_line_that_finds_the_disk_full_is_taken_back_whole()
    {
        Assert.SkipUnless(mounted, "mounting a tmpfs needs root: a full disk cannot be made");
        var trail = folder["disk/trail"];
        DurableFile.AppendLine(trail, "first");
        var fault = Assert.Throws<Fault>(() => DurableFile.AppendLine(trail, new string('x', 2 << 20)));
        Assert.Equal(FaultCode.DiskFull, fault.Code);
        Assert.Equal("first\n", File.ReadAllText(trail));
    }

    public async ValueTask DisposeAsync()
    {
        if (mounted)
            await RunAsync("umount", folder["disk"]);
        folder.Dispose();
    }

    private static void Fill(Stream stream)
    {
        var block = new byte[64 * 1024];
        for (var written = 0; written < 2 << 20; written += block.Length)
            stream.Write(block);
    }

    private static async Task<int> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync(CancellationToken.None);
        return process.ExitCode;
    }
}
