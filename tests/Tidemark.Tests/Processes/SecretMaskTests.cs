using Tidemark.Processes;

namespace Tidemark.Tests.Processes;

public sealed class SecretMaskTests
{
    [Theory]
    [InlineData("ge/heim", "postgresql://u:ge%2Fheim@h/d", "postgresql://u:***@h/d")]
    [InlineData("ge/heim", "postgresql://u:ge%2fheim@h/d", "postgresql://u:***@h/d")]
    [InlineData("ge/heim", "it is ge/heim, ge/heim", "it is ***, ***")]
    [InlineData("ge/heim", "not GE/HEIM", "not GE/HEIM")]
    [InlineData("a.c", "abc a.c", "abc ***")]
    [InlineData("50%", "50% 50%25", "*** ***")]
    [InlineData("", "as it is", "as it is")]
    public void A_secret_is_hidden_as_it_is_and_as_in_a_URL(string secret, string text, string shown) =>
        Assert.Equal(shown, new SecretMask([secret]).Hide(text));

    [Fact]
    public void A_secret_that_holds_another_is_hidden_whole() =>
        Assert.Equal("*** ***", new SecretMask(["key", "monkey"]).Hide("monkey key"));
}
