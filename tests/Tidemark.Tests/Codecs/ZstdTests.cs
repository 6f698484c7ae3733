using CsCheck;
using Tidemark.Codecs;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Codecs;

public sealed class ZstdTests
{
    /// <summary>Some of it compresses well, some not at all; longer than any buffer in between.</summary>
    private static readonly byte[] Raw = Mixed(1_300_000);

    private static readonly byte[] Packed = Encoded(Raw);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(131_072)]
    [InlineData(1_300_000)]
    public void The_zstd_program_reads_what_we_write(int length)
    {
        var raw = Raw[..length];
        Assert.Equal(raw, StockZstd.Run(Encoded(raw), "-d"));
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("-3")]
    [InlineData("-19")]
    [InlineData("--no-check")]
    public void We_read_what_the_zstd_program_writes(string how) => Assert.Equal(Raw, Decoded(StockZstd.Run(Raw, how)));

    [Fact]
    public void Frames_in_a_row_and_skippable_ones_are_one_content()
    {
        byte[] skippable = [0x50, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3];
        byte[] stored = [.. Encoded(Raw[..1000]), .. skippable, .. StockZstd.Run(Raw[1000..])];
        Assert.Equal(Raw, Decoded(stored));
        Assert.Equal(Raw, StockZstd.Run(stored, "-d"));
    }

    [Fact]
    public void An_encoder_serves_again_and_again()
    {
        using var encoder = new ZstdEncoder(1);
        var to = new byte[ZstdEncoder.Bound(Raw.Length)];
        foreach (var length in new[] { 500_000, 3, 1_300_000 }) Assert.Equal(Raw[..length], Decoded(to[..encoder.Encode(Raw.AsSpan(0, length), to)]));
    }

    [Fact]
    public void A_reader_serves_again_and_again_and_one_that_stopped_in_the_middle_too()
    {
        using var reader = new ZstdReader(new MemoryStream(Packed), Raw.Length);
        Assert.Equal(1000, reader.ReadAtLeast(new byte[1000], 1000));
        for (var time = 0; time < 2; time++)
        {
            reader.Restart(new MemoryStream(Packed));
            using var raw = new MemoryStream();
            reader.CopyTo(raw);
            Assert.Equal(Raw, raw.ToArray());
        }
    }

    [Fact]
    public void Cut_anywhere_it_fails() => Gen.Int[1, Packed.Length - 1].Sample(length => Fails(Packed[..length]), iter: 200);

    [Fact]
    public void Changed_anywhere_it_fails() => Gen.Select(Gen.Int[0, Packed.Length - 1], Gen.Int[0, 7]).Sample((at, bit) =>
    {
        byte[] damaged = [.. Packed];
        damaged[at] ^= (byte)(1 << bit);
        // A bit that nobody reads may change: then what comes out is the same.
        return Fails(damaged) || Decoded(damaged).AsSpan().SequenceEqual(Raw);
    }, iter: 200);

    [Fact]
    public void No_more_comes_out_than_was_to_be_taken()
    {
        var bomb = StockZstd.Run(new byte[50_000_000]);
        Assert.True(bomb.Length < 10_000);
        Assert.Contains("more than 1000000 bytes", Assert.Throws<InvalidDataException>(() => Decoded(bomb, atMost: 1_000_000)).Message, StringComparison.Ordinal);
        Assert.Equal(Raw.Length, Decoded(Packed, atMost: Raw.Length).Length);
    }

    [Fact]
    public void A_frame_that_asks_for_too_much_memory_is_refused() =>
        Assert.Contains("memory", Assert.Throws<InvalidDataException>(() => Decoded(StockZstd.Run(Raw, "--long=30", "-1"), atMost: 1 << 30)).Message, StringComparison.Ordinal);

    private static byte[] Mixed(int length)
    {
        var raw = new byte[length];
        var state = 88_172_645_463_325_252UL;
        for (var at = 0; at < length / 3; at++)
        {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            raw[at] = (byte)state;
        }
        for (var at = length / 3; at < length; at++) raw[at] = (byte)(at * at / 9973);
        return raw;
    }

    private static byte[] Encoded(byte[] raw)
    {
        using var encoder = new ZstdEncoder(3);
        var to = new byte[ZstdEncoder.Bound(raw.Length)];
        return to[..encoder.Encode(raw, to)];
    }

    private static byte[] Decoded(byte[] packed, long atMost = 100_000_000)
    {
        using var reader = new ZstdReader(new MemoryStream(packed), atMost);
        using var raw = new MemoryStream();
        // Not the buffer's own size: what libzstd holds back must come out too.
        reader.CopyTo(raw, 70_001);
        return raw.ToArray();
    }

    private static bool Fails(byte[] packed)
    {
        try
        {
            Decoded(packed);
            return false;
        }
        catch (InvalidDataException)
        {
            return true;
        }
    }
}
