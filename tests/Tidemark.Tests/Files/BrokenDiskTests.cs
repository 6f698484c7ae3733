using Tidemark.Tests.Support;

namespace Tidemark.Tests.Files;

/// <summary>Real system calls that fail, in a process of its own.</summary>
public sealed class BrokenDiskTests : IDisposable
{
    private readonly TempFolder folder = new();

    [Theory]
    [InlineData("fsync:error=EIO:when=1", "store")] // of the file
    [InlineData("fsync:error=EIO:when=3", "store")] // of the folder that got the final name; the second is of the new folder's parent
    [InlineData("fsync:error=ENOSPC:when=1", "disk-full")]
    [InlineData("fsync:error=EDQUOT:when=1", "disk-full")]
    public async Task A_failing_fsync_leaves_no_file_under_the_final_name(string injection, string code)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/strace"), "strace is not installed: a failing fsync cannot be made");
        Directory.CreateDirectory(folder["pending"]);
        var (exitCode, errors) = await ProbeProcess.RunAsync(Inject(injection), "publish", folder["pending"], folder["store/final"]);

        Assert.StartsWith(code + ":", errors);
        Assert.Equal(code == "store" ? 8 : 15, exitCode);
        Assert.False(File.Exists(folder["store/final"]));
        Assert.Empty(Directory.GetFileSystemEntries(folder["pending"]));
    }

    [Fact]
    public async Task A_failing_fsync_keeps_the_old_document()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/strace"), "strace is not installed: a failing fsync cannot be made");
        var path = folder.Write("state.json", "old");
        var (exitCode, _) = await ProbeProcess.RunAsync(Inject("fsync:error=EIO:when=1"), "replace", path);
        Assert.Equal(8, exitCode);
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Single(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task Without_RENAME_NOREPLACE_a_file_is_published_by_a_link()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/strace"), "strace is not installed: a missing system call cannot be made");
        var (exitCode, errors) = await ProbeProcess.RunAsync(Inject("renameat2:error=EINVAL"), "publish", folder["pending"], folder["store/final"]);
        Assert.Equal((0, ""), (exitCode, errors));
        Assert.Equal("whole", File.ReadAllText(folder["store/final"]));
        Assert.Empty(Directory.GetFileSystemEntries(folder["pending"]));
    }

    public void Dispose() => folder.Dispose();

    private static string[] Inject(string what) => ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fsync,renameat2", "-e", "inject=" + what];
}
