using System.Text;
using Tidemark.Files;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Files;

public sealed class FolderOwnerTests : IDisposable
{
    private const uint User = 12345, Group = 54321;

    private readonly TempFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void What_root_makes_in_somebodys_own_folder_becomes_theirs()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root gives files away");
        var theirs = scratch["theirs"];
        PrivateFolder.Ensure(theirs);
        Assert.Equal(0, Posix.Lchown(theirs, User, Group));
        Fill(theirs);
        var made = Directory.GetFileSystemEntries(theirs, "*", SearchOption.AllDirectories);
        Assert.Equal(["audit", "deep", "deep/er", "deep/er/object", "grown", "lock", "log"], made.Select(path => Path.GetRelativePath(theirs, path)).Order(StringComparer.Ordinal));
        DurableFile.WriteReadable(Path.Combine(theirs, "mark"), "for all to read"u8);
        Assert.Equal(0u, FileFacts.Of(Path.Combine(theirs, "mark"))!.Value.Owner);
        Assert.All(made, path => Assert.Equal((User, Group), (FileFacts.Of(path)!.Value.Owner, FileFacts.Of(path)!.Value.Group)));
    }

    [Fact]
    public void In_a_folder_that_all_may_write_to_it_stays_roots_and_so_does_what_has_another_name_elsewhere()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root gives files away");
        var (shared, theirs, secret) = (scratch["shared"], scratch["theirs"], scratch["secret"]);
        foreach (var folder in (string[])[shared, theirs])
        {
            PrivateFolder.Ensure(folder);
            Assert.Equal(0, Posix.Lchown(folder, User, Group));
        }
        File.SetUnixFileMode(shared, (UnixFileMode)Convert.ToInt32("1777", 8));
        Fill(shared);
        Assert.All(Directory.GetFileSystemEntries(shared, "*", SearchOption.AllDirectories), path => Assert.Equal(0u, FileFacts.Of(path)!.Value.Owner));

        File.WriteAllText(secret, "secret");
        Assert.Equal(0, Posix.Link(secret, Path.Combine(theirs, "log")));
        PrivateFile.OpenAppend(Path.Combine(theirs, "log")).Dispose();
        Assert.Equal(0u, FileFacts.Of(secret)!.Value.Owner);
    }

    private static void Fill(string folder)
    {
        using (var file = DurableFile.Create(Path.Combine(folder, "deep")))
        {
            file.Stream.Write(Encoding.UTF8.GetBytes("bytes"));
            file.Publish(Path.Combine(folder, "deep", "er", "object"));
        }
        DurableFile.AppendLine(Path.Combine(folder, "audit"), "a line");
        PrivateFile.OpenAppend(Path.Combine(folder, "log")).Dispose();
        GrowingFile.Open(Path.Combine(folder, "grown")).Dispose();
        FileLock.TryAcquire(Path.Combine(folder, "lock"), TimeProvider.System)!.Dispose();
    }
}
