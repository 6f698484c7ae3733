using Tidemark.Codecs.Age;

namespace Tidemark.Tests.Codecs.Age;

public sealed class Bech32Tests
{
    /// <summary>Valid and invalid ones as BIP 173 lists them; only those of whole bytes have bytes.</summary>
    [Theory]
    [InlineData("A12UEL5L", "a", "")]
    [InlineData("an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs", "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio", "")]
    public void Valid_ones_are_read(string text, string prefix, string hex)
    {
        var decoded = Assert.NotNull(Bech32.Decode(text));
        Assert.Equal((prefix, hex), (decoded.Prefix, Convert.ToHexString(decoded.Bytes)));
    }

    [Theory]
    [InlineData("pzry9x0s0muk")]
    [InlineData("1pzry9x0s0muk")]
    [InlineData("x1b4n0q5v")]
    [InlineData("li1dgmt3")]
    [InlineData("A1G7SGD8")]
    [InlineData("10a06t8")]
    [InlineData("1qzzfhee")]
    [InlineData("a12UEL5L")]
    [InlineData("a12uel5m")]
    public void Invalid_ones_are_refused(string text) => Assert.Null(Bech32.Decode(text));

    [Fact]
    public void Bytes_come_back()
    {
        for (var length = 0; length < 70; length++)
        {
            var bytes = AgeFile.Plain(length);
            var decoded = Assert.NotNull(Bech32.Decode(Bech32.Encode("age", bytes)));
            Assert.Equal(bytes, decoded.Bytes);
        }
    }
}
