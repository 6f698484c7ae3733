using Tidemark.Files;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Files;

public sealed class FolderLockTests : IDisposable
{
    private readonly TempFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void One_holder_at_a_time_and_nothing_is_left_in_the_folder()
    {
        using (var held = FolderLock.TryAcquire(scratch.Path))
        {
            Assert.NotNull(held);
            Assert.Null(FolderLock.TryAcquire(scratch.Path));
        }
        using var next = FolderLock.TryAcquire(scratch.Path);
        Assert.NotNull(next);
        Assert.Empty(Directory.EnumerateFileSystemEntries(scratch.Path));
    }
}
