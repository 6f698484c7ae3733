using Tidemark.Configuration;

namespace Tidemark.Tests.Configuration;

public sealed class WikiAddressTests
{
    [Theory]
    [InlineData("/srv/wiki.git", "/srv/wiki.git", null, null, null)]
    [InlineData("../wiki#pages", "/home/wiki", null, null, "pages")]
    [InlineData("git@example.com:team/wiki.git#drills/a", "git@example.com:team/wiki.git", null, null, "drills/a")]
    [InlineData("ssh://git@example.com:2222/wiki.git", "ssh://git@example.com:2222/wiki.git", null, null, null)]
    [InlineData("https://example.com/wiki.git", "https://example.com/wiki.git", null, null, null)]
    [InlineData("https://bot:p%40ss@example.com:8443/wiki.git#x", "https://example.com:8443/wiki.git", "bot", "p@ss", "x")]
    [InlineData("https://token@example.com/wiki.git", "https://example.com/wiki.git", "token", "", null)]
    public void An_address_is_parted_from_its_password_and_its_branch(string text, string place, string? user, string? password, string? branch) =>
        Assert.Equal(new WikiAddress(place, user, password, branch), WikiAddress.Parse(text, "/home/shop"));

    [Theory]
    [InlineData("")]
    [InlineData("--upload-pack=touch /tmp/x")]
    [InlineData("ext::sh -c x://")]
    [InlineData("ftp://example.com/s3cret")]
    [InlineData("ssh://git:s3cret@example.com/x")]
    [InlineData("/srv/wiki.git#-x")]
    [InlineData("/srv/wiki.git#")]
    [InlineData("https:///s3cret")]
    public void What_is_no_address_is_refused_without_being_shown(string text) => Assert.DoesNotContain("s3cret", Assert.Throws<Fault>(() => WikiAddress.Parse(text, "/")).ToString(), StringComparison.Ordinal);
}
