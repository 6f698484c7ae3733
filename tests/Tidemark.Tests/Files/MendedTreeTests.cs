using Tidemark.Files;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Files;

/// <summary>A tree that is mended keeps its hands off what others have beside it.</summary>
public sealed class MendedTreeTests : IDisposable
{
    private const int Private = 0b110_000_000, PrivateFolder = 0b111_000_000;

    private readonly TempFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    private string At(params string[] parts) => Path.Combine([scratch.Path, .. parts]);

    [Fact]
    public void A_link_in_the_place_of_a_folder_or_a_file_goes_and_what_it_leads_to_stays()
    {
        Directory.CreateDirectory(At("tree"));
        Directory.CreateDirectory(At("others"));
        File.WriteAllText(At("others", "file"), "theirs");
        File.CreateSymbolicLink(At("tree", "folder"), At("others"));
        File.CreateSymbolicLink(At("tree", "file"), At("others", "file"));
        using var tree = new NewTree(null, mends: true);
        tree.MakeFolder(At("tree"), PrivateFolder);
        tree.MakeFolder(At("tree", "folder"), PrivateFolder);
        foreach (var path in new[] { At("tree", "folder", "file"), At("tree", "file") })
        {
            using var file = tree.MendFile(path, Private, 4);
            Assert.Equal(0, file.There);
            file.Write("ours"u8, 0);
            file.Finish(4);
        }
        Assert.Equal("theirs", File.ReadAllText(At("others", "file")));
        Assert.Equal(("ours", "ours"), (File.ReadAllText(At("tree", "file")), File.ReadAllText(At("tree", "folder", "file"))));
    }

    [Fact]
    public void A_file_is_kept_where_it_is_right_and_cut_where_it_is_too_long()
    {
        File.WriteAllText(At("file"), "right wrong and more");
        using var tree = new NewTree(null, mends: true);
        using (var file = tree.MendFile(At("file"), Private, 11))
        {
            Assert.True(file.Holds("right"u8, 0));
            Assert.False(file.Holds("right"u8, 6));
            Assert.False(file.Holds("and more and more"u8, 12));
            file.Write("RIGHT"u8, 6);
            file.Finish(11);
        }
        Assert.Equal("right RIGHT", File.ReadAllText(At("file")));
    }

    /// <summary>Past the page cache where there is a way, in pieces that fit no block; and in memory, where there may be none.</summary>
    [Theory]
    [InlineData(null, 3 << 20)]
    [InlineData(null, (3 << 20) + 4096 + 77)]
    [InlineData("/dev/shm", (1 << 20) + 5)]
    [InlineData(null, (1 << 20) - 1)]
    public void A_large_new_file_has_every_byte(string? folder, int length)
    {
        var place = Path.Combine(folder ?? scratch.Path, $"tidemark-test-{Guid.NewGuid():N}");
        var path = Path.Combine(place, "large");
        // No two blocks alike.
        var bytes = Enumerable.Range(0, length).Select(i => (byte)((i * 2654435761L) >> 13)).ToArray();
        try
        {
            using var tree = new NewTree(null);
            tree.MakeFolder(place, PrivateFolder);
            using (var file = tree.MendFile(path, Private, length))
            {
                for (int at = 0, count; at < length; at += count)
                {
                    count = Math.Min(length - at, 8192 + (at % 100_003));
                    file.Write(bytes.AsSpan(at, count), at);
                }
                file.Finish(length);
            }
            tree.Sync();
            Assert.Equal(bytes, File.ReadAllBytes(path));
        }
        finally
        {
            Directory.Delete(place, recursive: true);
        }
    }

    [Fact]
    public void A_tree_that_is_new_refuses_a_name_that_is_taken()
    {
        File.WriteAllText(At("file"), "theirs");
        using var tree = new NewTree(null);
        Assert.Throws<Fault>(() => tree.MendFile(At("file"), Private, 0));
        Assert.Equal("theirs", File.ReadAllText(At("file")));
    }
}
