using Tidemark.Storage.S3;

namespace Tidemark.Tests.Storage.S3;

public sealed class PartSizesTests
{
    private const long MiB = 1 << 20;

    [Fact]
    public void All_parts_together_hold_four_terabytes() =>
        Assert.True(Enumerable.Range(0, PartSizes.MostParts).Sum(before => (long)PartSizes.After(before)) > 4_000_000_000_000);

    [Fact]
    public void What_is_in_memory_stays_below_96_MiB_until_two_parts_exceed_it()
    {
        long sent = 0;
        for (var before = 0; before < PartSizes.MostParts; before++)
        {
            long size = PartSizes.After(before);
            Assert.InRange(size, 5 * MiB, 5L << 30);
            Assert.InRange(PartSizes.InFlight((int)size), 1, 4);
            var memory = (PartSizes.InFlight((int)size) + 1) * size;
            Assert.True(memory <= Math.Max(96 * MiB, 2 * size), $"{memory / MiB} MiB with parts of {size / MiB}");
            if (sent < 58_000_000_000) Assert.True(memory <= 96 * MiB, $"{memory / MiB} MiB after {sent} bytes");
            sent += size;
        }
        Assert.Equal(4, PartSizes.InFlight(PartSizes.First));
    }
}
