using Tidemark.BaseBackups;

namespace Tidemark.Tests.BaseBackups;

public sealed class CopyMemoryTests
{
    private const long MiB = 1 << 20;

    [Fact]
    public void Without_a_limit_four_packs_are_under_way() => Assert.Equal(4, CopyMemory.Of(8, null).Buffers);

    [Theory]
    [InlineData(2, 242, 3)]
    [InlineData(2, 276, 4)]
    [InlineData(2, 4096, 16)]
    [InlineData(10, 290, 3)]
    public void A_limit_says_how_many_packs_are_under_way_and_is_kept(int workers, int limit, int buffers)
    {
        var memory = CopyMemory.Of(workers, limit * MiB);
        Assert.Equal(buffers, memory.Buffers);
        Assert.True(memory.Bytes <= limit * MiB);
    }

    [Fact]
    public void Too_little_is_refused_with_what_it_would_need()
    {
        var refused = Assert.Throws<Fault>(() => CopyMemory.Of(2, 241 * MiB));
        Assert.Equal((FaultCode.Usage, "tidemark backup --kind base --jobs 2 --memory 242MiB"), (refused.Code, refused.Next));
        Assert.Equal(3, CopyMemory.Of(2, 242 * MiB).Buffers);
    }
}
