using CsCheck;
using Tidemark.Codecs.Age;

namespace Tidemark.Tests.Codecs.Age;

public sealed class AgeRangeTests
{
    private static readonly AgeIdentity Key = AgeIdentity.Generate();

    [Fact]
    public void Any_part_of_a_file_opens_by_itself() =>
        Gen.Select(Gen.Int[1, AgeFile.Sizes.Length - 1].Select(at => AgeFile.Sizes[at]), Gen.Double[0, 1], Gen.Double[0, 1]).Sample((size, at, share) =>
        {
            var (plain, file) = (AgeFile.Plain(size), AgeFile.Encrypt(AgeFile.Plain(size), Key.Recipient));
            var offset = (int)(at * (size - 1));
            var count = Math.Max(1, (int)(share * (size - offset)));
            return Part(file, file.Length, offset, count).AsSpan().SequenceEqual(plain.AsSpan(offset, count));
        }, iter: 100);

    [Fact]
    public void A_part_of_a_file_that_was_cut_at_the_edge_of_a_chunk_does_not_open_as_its_end()
    {
        var file = AgeFile.Encrypt(AgeFile.Plain(200_000), Key.Recipient);
        var cut = AgeFile.HeaderLength(file) + 16 + (2 * 65_552);
        Assert.Throws<InvalidDataException>(() => Part(file, cut, 131_000, 10));
        Assert.Throws<InvalidDataException>(() => Part(file, cut + 5, 0, 10));
        Assert.Equal(AgeFile.Plain(200_000)[..10], Part(file, cut, 0, 10));
    }

    [Fact]
    public void A_changed_chunk_does_not_open()
    {
        var file = AgeFile.Encrypt(AgeFile.Plain(200_000), Key.Recipient);
        file[AgeFile.HeaderLength(file) + 16 + 65_552 + 5] ^= 1;
        Assert.Throws<InvalidDataException>(() => Part(file, file.Length, 65_536, 10));
        Assert.Equal(AgeFile.Plain(10), Part(file, file.Length, 0, 10));
    }

    private static byte[] Part(byte[] file, long length, long offset, int count)
    {
        using var start = new MemoryStream(file);
        var range = AgeRange.After(AgeHeader.Read(start), start, length, [Key])!;
        var (from, stored) = range.Around(offset, count);
        var into = new byte[count];
        range.Open(file.AsSpan((int)from, stored), offset, into);
        return into;
    }
}
