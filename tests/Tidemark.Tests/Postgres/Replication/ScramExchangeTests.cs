using System.Text;
using Tidemark.Postgres.Replication;

namespace Tidemark.Tests.Postgres.Replication;

public sealed class ScramExchangeTests
{
    private const string Nonce = "rOprNGfwEbeRWgbNEkqO";
    private const string Challenge = "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";

    private static ScramExchange Exchange(string password = "pencil") => new(password, "n,,", [], "user", Nonce);

    [Fact]
    public void The_example_of_RFC_7677_is_answered_as_it_is_there()
    {
        var exchange = Exchange();
        Assert.Equal("n,,n=user,r=rOprNGfwEbeRWgbNEkqO", exchange.First);
        Assert.Equal("c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=", exchange.Answer(Challenge));
        exchange.Verify("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
    }

    [Theory]
    [InlineData("v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")]
    [InlineData("v=")]
    [InlineData("v=?")]
    [InlineData("e=other-error")]
    [InlineData("")]
    public void A_server_that_does_not_know_the_password_is_not_believed(string proof)
    {
        var exchange = Exchange();
        exchange.Answer(Challenge);
        Assert.Equal(FaultCode.AccessDenied, Assert.Throws<Fault>(() => exchange.Verify(proof)).Code);
    }

    [Fact]
    public void A_proof_before_the_challenge_is_not_believed() => Assert.Throws<Fault>(() => Exchange().Verify("v="));

    [Theory]
    [InlineData("r=another,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")]
    [InlineData("r=rOprNGfwEbeRWgbNEkqO,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")]
    [InlineData("r=rOprNGfwEbeRWgbNEkqO%,s=,i=4096")]
    [InlineData("r=rOprNGfwEbeRWgbNEkqO%,s=%%%,i=4096")]
    [InlineData("r=rOprNGfwEbeRWgbNEkqO%,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=0")]
    [InlineData("r=rOprNGfwEbeRWgbNEkqO%,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=-1")]
    [InlineData("r=rOprNGfwEbeRWgbNEkqO%,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=2147483647")]
    [InlineData("r=rOprNGfwEbeRWgbNEkqO%,s=W22ZaJ0SNY7soEsUEjb6gQ==")]
    [InlineData("m=x,r=rOprNGfwEbeRWgbNEkqO%,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")]
    [InlineData("")]
    public void A_challenge_that_is_none_is_a_fault(string challenge) => Assert.Equal(FaultCode.Unreachable, Assert.Throws<Fault>(() => Exchange().Answer(challenge)).Code);

    [Fact]
    public void A_binding_is_said_and_its_hash_is_in_the_answer()
    {
        var exchange = new ScramExchange("pencil", "p=tls-server-end-point,,", [1, 2, 3], nonce: Nonce);
        Assert.StartsWith("p=tls-server-end-point,,n=,r=", exchange.First, StringComparison.Ordinal);
        var binding = exchange.Answer(Challenge).Split(',')[0][2..];
        Assert.Equal("p=tls-server-end-point,,\u0001\u0002\u0003", Encoding.Latin1.GetString(Convert.FromBase64String(binding)));
    }
}
