using CsCheck;
using Tidemark.Postgres.Replication;

namespace Tidemark.Tests.Postgres.Replication;

/// <summary>That PostgreSQL makes the same of them, <see cref="SecureConnectionTests"/> asks a server.</summary>
public sealed class SaslPrepTests
{
    [Theory]
    // RFC 4013, section 3; what it forbids is taken as it is.
    [InlineData("I\u00ADX", "IX")]
    [InlineData("user", "user")]
    [InlineData("USER", "USER")]
    [InlineData("\u00AA", "a")]
    [InlineData("\u2168", "IX")]
    [InlineData("\u0007", "\u0007")]
    [InlineData("\u0627\u0031", "\u0627\u0031")]
    // Spaces, marks that stand in another order, Hangul, both directions, nothing left, later than Unicode 3.2, half a pair.
    [InlineData("a\u00A0b\u3000c", "a b c")]
    [InlineData("e\u0301", "\u00E9")]
    [InlineData("a\u0323\u0302", "\u1EAD")]
    [InlineData("a\u0302\u0323", "\u1EAD")]
    [InlineData("\u1100\u1161\u11A8", "\uAC01")]
    [InlineData("\uAC00\u11A8", "\uAC01")]
    [InlineData("\uFB01\u212B", "fi\u00C5")]
    [InlineData("\u0958", "\u0915\u093C")]
    [InlineData("\u0627\u0628", "\u0627\u0628")]
    [InlineData("\u0627a\u0628", "\u0627a\u0628")]
    [InlineData("\u00AD", "\u00AD")]
    [InlineData("\uFB01\U0001F600", "\uFB01\U0001F600")]
    [InlineData("\uFB01\u0007", "\uFB01\u0007")]
    public void Each_has_one_form(string password, string prepared) => Assert.Equal(prepared, SaslPrep.Prepare(password));

    [Fact]
    public void Half_a_pair_is_taken_as_it_is() => Assert.Equal("\uFB01\uD83D", SaslPrep.Prepare("\uFB01\uD83D"));

    [Fact]
    public void What_is_prepared_stays_as_it_is() =>
        Gen.Int[0x20, 0xFFFF].Where(code => code is < 0xD800 or > 0xDFFF).Select(code => (char)code).Array[1, 12].Select(chars => new string(chars))
            .Sample(text => Assert.Equal(SaslPrep.Prepare(text), SaslPrep.Prepare(SaslPrep.Prepare(text))), iter: 5_000);
}
