using Tidemark.Tests.Support;

namespace Tidemark.Tests.Wal;

public sealed class WalEncodingTests
{
    [Theory]
    [InlineData(13)]
    [InlineData(18)]
    public void What_is_stored_is_opened_by_the_zstd_program_and_hardly_larger_than_at_its_level_3(int major)
    {
        foreach (var index in new[] { 0, 1 })
        {
            var raw = WalSample.Of(major).Segment(index);
            using var encoding = MadeWal.Plain();
            var packed = encoding.Encode(raw).ToArray();
            Assert.Equal(raw, StockZstd.Run(packed, "-d"));
            Assert.InRange(packed.Length, 1, StockZstd.Run(raw, "-3").Length * 103 / 100);
        }
    }
}
