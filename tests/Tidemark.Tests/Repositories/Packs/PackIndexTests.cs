using CsCheck;
using Tidemark.Repositories.Packs;

namespace Tidemark.Tests.Repositories.Packs;

/// <summary>What anybody may have written.</summary>
public sealed class PackIndexTests
{
    [Fact]
    public void Numbers_come_back_and_too_long_ones_are_refused()
    {
        Gen.Long[0, long.MaxValue].Array[0, 20].Sample(numbers =>
        {
            var to = new FieldWriter();
            foreach (var number in numbers)
            {
                to.Number(number);
                to.Signed(-number);
            }
            var from = new FieldReader(to.Written);
            foreach (var number in numbers)
            {
                Assert.Equal(number, from.Number(long.MaxValue));
                Assert.Equal(-number, from.Signed());
            }
            from.End();
        });
        Assert.Throws<InvalidDataException>(() => new FieldReader([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02]).Number(long.MaxValue));
        Assert.Throws<InvalidDataException>(() => new FieldReader([0x80]).Number(long.MaxValue));
    }

    [Fact]
    public void Any_bytes_are_an_index_or_refused_and_cost_no_more_than_they_are_long() =>
        Gen.Select(Gen.Byte.Array[0, 200], Gen.Int[0, 1000]).Sample((bytes, length) =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                _ = PackIndex.Read([0x80, 0x40, .. bytes], length);
            }
            catch (InvalidDataException)
            {
                // Refused.
            }
            return GC.GetAllocatedBytesForCurrentThread() - before < 1_000_000;
        }, iter: 20_000, threads: 1);
}
