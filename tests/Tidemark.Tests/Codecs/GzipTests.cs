using System.Text;
using Tidemark.Codecs;

namespace Tidemark.Tests.Codecs;

public sealed class GzipTests
{
    private static readonly byte[] Text = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 20_000).Select(n => $"row {n * 7919 % 10007}\n")));

    [Fact]
    public void What_was_compressed_comes_back() => Assert.Equal(Text, Read(Compressed()));

    [Fact]
    public void Members_in_a_row_are_read_as_one() => Assert.Equal([.. Text, .. Text], Read([.. Compressed(), .. Compressed()]));

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(1000)]
    public void A_cut_stream_is_not_taken_for_a_whole_one(int missing) => Assert.Throws<InvalidDataException>(() => Read(Compressed()[..^missing]));

    [Fact]
    public void A_wrong_checksum_is_seen()
    {
        var bytes = Compressed();
        bytes[^6] ^= 1;
        Assert.Throws<InvalidDataException>(() => Read(bytes));
    }

    private static byte[] Compressed()
    {
        using var bytes = new MemoryStream();
        using (var gzip = Gzip.Compress(bytes)) gzip.Write(Text);
        return bytes.ToArray();
    }

    private static byte[] Read(byte[] compressed)
    {
        using var gzip = Gzip.Decompress(new MemoryStream(compressed));
        using var bytes = new MemoryStream();
        gzip.CopyTo(bytes);
        return bytes.ToArray();
    }
}
