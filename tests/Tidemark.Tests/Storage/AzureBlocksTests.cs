using Tidemark.Storage.Azure;

namespace Tidemark.Tests.Storage;

public sealed class AzureBlocksTests
{
    private static readonly int[] Sizes = [.. Enumerable.Range(0, AzureBlocks.Most).Select(AzureBlocks.SizeOf)];

    [Fact]
    public void Blocks_that_are_allowed_hold_4_TiB() => Assert.InRange(Sizes.Sum(size => (long)size), 4L << 40, 190L << 40);

    [Fact]
    public void Five_blocks_in_memory_stay_small_for_a_dump_of_100_GB()
    {
        var (sum, largest) = (0L, 0);
        foreach (var size in Sizes.TakeWhile(_ => sum < 100_000_000_000)) (sum, largest) = (sum + size, Math.Max(largest, size));

        Assert.InRange(5L * largest, 0, 100_000_000);
        Assert.Equal(128 << 20, Sizes.Max());
    }

    [Fact]
    public void Names_of_blocks_are_equally_long_and_never_twice()
    {
        var names = new[] { Guid.NewGuid(), Guid.NewGuid() }.SelectMany(upload => Enumerable.Range(0, AzureBlocks.Most).Select(number => AzureBlocks.NameOf(upload, number))).ToList();

        Assert.Single(names.Select(name => name.Length).Distinct());
        Assert.Equal(names.Count, names.Distinct().Count());
        Assert.InRange(Convert.FromBase64String(names[0]).Length, 1, 64);
    }

    [Fact]
    public void A_store_that_is_gone_is_given_up_after_about_a_minute()
    {
        var pauses = Enumerable.Range(0, AzurePatience.Retries).Sum(retry => Math.Min(AzurePatience.FirstPause.TotalSeconds * Math.Pow(2, retry), AzurePatience.LongestPause.TotalSeconds));

        Assert.InRange(pauses + (AzurePatience.Retries + 1) * AzurePatience.Connect.TotalSeconds, 20, 60);
        Assert.InRange(pauses + (AzurePatience.Retries + 1) * AzurePatience.OfTry(0).TotalSeconds, 20, 80);
        Assert.InRange(AzurePatience.OfTry(8 << 20).TotalSeconds, 60, 120);
    }
}
