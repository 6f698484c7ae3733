using Tidemark.BaseBackups;
using Tidemark.BaseBackups.Maps;
using Tidemark.Repositories.Packs;

namespace Tidemark.Tests.BaseBackups;

public sealed class NamedFramesTests
{
    private static readonly PackPromise One = Pack('a'), Other = Pack('b');

    private readonly NamedFrames named = new();

    [Fact]
    public void What_a_map_names_is_named_and_nothing_else()
    {
        named.Add(new MappedFile("base/1", 3 * 8192, 0, 0) { Runs = [new PageRun(1, One, 0, 0), new PageRun(2, One, 130, 0)] });
        named.Add(new MappedFile("base/2", 5, 0, 0) { Bundle = new BundlePlace(Other, 63, 0) });
        named.Add(new MappedPart("base/3", 0, [new PageRun(1, Other, 64, 0)]));
        named.Add(new MappedFolder("base", 0));
        Assert.Equal([0, 130], Enumerable.Range(0, 500).Where(frame => named.Has(One.Pack.Id, frame)));
        Assert.Equal([63, 64], Enumerable.Range(0, 500).Where(frame => named.Has(Other.Pack.Id, frame)));
        Assert.False(named.Has(new string('c', 64), 0));
    }

    [Theory]
    [InlineData(131, 65, false)]
    [InlineData(130, 65, true)]
    [InlineData(131, 64, true)]
    [InlineData(131, 0, true)]
    public void A_pack_with_fewer_frames_than_are_named_is_seen(int ofOne, int ofOther, bool areBeyond)
    {
        named.Add(new MappedPart("base/1", 0, [new PageRun(1, One, 130, 0), new PageRun(1, Other, 64, 0)]));
        var frames = new Dictionary<string, int> { [One.Pack.Id] = ofOne };
        if (ofOther > 0) frames[Other.Pack.Id] = ofOther;
        Assert.Equal(areBeyond, named.AreBeyond(frames));
    }

    private static PackPromise Pack(char id) => new(new SealedPack(new string(id, 64), 1, default));
}
