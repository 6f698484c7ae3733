using Tidemark.BaseBackups.Maps;
using Tidemark.Repositories.Packs;
using Tidemark.Tests.Repositories.Packs;

namespace Tidemark.Tests.BaseBackups.Maps;

public sealed class MapSequenceTests
{
    private static readonly PackPromise Pack = new(new SealedPack(new string('a', 64), 1, default));

    private readonly MapSequence sequence = new(PackBench.PageSize);

    [Fact]
    public void What_is_in_order_is_taken()
    {
        Names("base/1", Large("base/1", 5), Large("base/2", 3));
        Part("base/1", 0, 3);
        Part("base/1", 3, 2);
        Part("base/2", 0, 3);
        Names("base/3", new MappedFolder("base/3", 0));
        Assert.Null(sequence.Missing());
    }

    [Fact]
    public void A_part_that_is_missing_is_seen_before_the_next_names_and_at_the_end()
    {
        Names("base/1", Large("base/1", 5));
        Part("base/1", 0, 3);
        Assert.Contains("page 3 of base/1", sequence.Missing(), StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => Names("base/2", new MappedFolder("base/2", 0)));
    }

    [Theory]
    [InlineData("base/1", 3, 2)]
    [InlineData("base/1", 0, 6)]
    [InlineData("base/2", 0, 5)]
    public void A_part_of_another_place_or_too_long_is_refused(string path, int first, int pages)
    {
        Names("base/1", Large("base/1", 5));
        Assert.Throws<InvalidDataException>(() => Part(path, first, pages));
    }

    [Theory]
    [InlineData("base/1")]
    [InlineData("base/0")]
    [InlineData("a")]
    public void A_name_that_stood_before_or_should_have_is_refused(string path)
    {
        Names("base/1", new MappedFolder("base/1", 0));
        Assert.Throws<InvalidDataException>(() => Names(path, new MappedFolder(path, 0)));
    }

    [Fact]
    public void A_chunk_of_another_name_is_refused() => Assert.Throws<InvalidDataException>(() => Names("base/2", new MappedFolder("base/1", 0)));

    private static MappedFile Large(string path, int pages) => new(path, pages * 8192L, 0, 0) { IsInParts = true };

    private void Names(string first, params MapItem[] items) => sequence.Take(items, new ChunkKey(first, null));

    private void Part(string path, long first, int pages) => sequence.Take([new MappedPart(path, first, [new PageRun(pages, Pack, 0, 0)])], new ChunkKey(path, first));
}
