using System.Text;
using CsCheck;
using Tidemark.Repositories.Packs;

namespace Tidemark.Tests.Repositories.Packs;

public sealed class PathTextTests
{
    /// <summary>Halves of characters, and what is no character in UTF-8.</summary>
    private static readonly byte[] Odd = [0xE2, 0x82, 0xAC, 0xF0, 0x9F, 0x41, 0xED, 0xA0, 0x80];

    [Fact]
    public void Any_bytes_come_back_as_they_were() =>
        Gen.OneOf(Gen.Byte.Array[0, 40], Gen.String[0, 20].Where(text => !text.Any(char.IsSurrogate)).Select(Encoding.UTF8.GetBytes), Gen.Int[0, Odd.Length - 1].Select(at => Odd[at]).Array[0, 8])
            .Sample(bytes => PathText.ToBytes(PathText.ToAnyText(bytes)).AsSpan().SequenceEqual(bytes), iter: 20_000);

    [Fact]
    public void Good_names_are_what_they_are() => Assert.Equal("base/ä/€/😀", PathText.ToText("base/ä/€/😀"u8));

    [Theory]
    [InlineData("")]
    [InlineData("/etc/passwd")]
    [InlineData("../x")]
    [InlineData("a/../../x")]
    [InlineData("a/./b")]
    [InlineData("a//b")]
    [InlineData("a/")]
    [InlineData("a\0b")]
    public void A_path_that_leads_out_or_nowhere_is_refused(string path) => Assert.Throws<InvalidDataException>(() => PathText.ToText(Encoding.UTF8.GetBytes(path)));
}
