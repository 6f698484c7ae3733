using Tidemark.Cli.Output;
using Tidemark.Journal;

namespace Tidemark.Tests.Output;

public sealed class TokenDocumentTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private static readonly TokenRow Token = new() { Id = "0123abcd", Name = "ci", Hash = "never shown", Role = "operator", Also = ["download"], CreatedAt = Now.AddDays(-1), ExpiresAt = Now.AddDays(1) };

    [Fact]
    public void A_token_is_shown_with_all_its_rights_and_without_its_hash()
    {
        using var written = new StringWriter();
        CliJson.Write(written, TokenDocument.Of(Token, Now, "tidemark_secret"), CliJson.Default.TokenDocument);
        Assert.Equal("""
            {
              "id": "0123abcd",
              "name": "ci",
              "role": "operator",
              "rights": [
                "view",
                "backup",
                "cancel",
                "pin",
                "download"
              ],
              "state": "active",
              "createdAt": "2026-11-22T12:00:00Z",
              "expiresAt": "2026-11-24T12:00:00Z",
              "lastUsedAt": null,
              "revokedAt": null,
              "secret": "tidemark_secret"
            }

            """, written.ToString());
    }

    [Fact]
    public void It_is_active_until_the_moment_it_expires_and_revoked_before_all()
    {
        Assert.Equal("active", TokenDocument.StateOf(Token, Now.AddDays(1).AddTicks(-1)));
        Assert.Equal("expired", TokenDocument.StateOf(Token, Now.AddDays(1)));
        Assert.Equal("revoked", TokenDocument.StateOf(Token with { RevokedAt = Now }, Now.AddDays(2)));
    }
}
