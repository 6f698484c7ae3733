using Tidemark.Storage;

namespace Tidemark.Tests.Storage;

public sealed class SftpAddressTests
{
    /// <summary>As sftp(1) reads it: one '/' ends the host, a second begins an absolute path.</summary>
    [Theory]
    [InlineData("sftp://me@host/backups", "host", null, "backups")]
    [InlineData("sftp://me@host:2222/back/ups/", "host", 2222, "back/ups")]
    [InlineData("sftp://me@host//srv/backups", "host", null, "/srv/backups")]
    [InlineData("sftp://me@[2001:db8::1]/backups", "2001:db8::1", null, "backups")]
    [InlineData("sftp://me@[2001:db8::1]:2222//srv", "2001:db8::1", 2222, "/srv")]
    public void It_is_read_and_said_again(string text, string host, int? port, string path)
    {
        var address = StoreAddress.Parse(text);
        Assert.Equal((StoreKind.Sftp, "me", host, port, path), (address.Kind, address.User, address.Host, address.Port, address.Path));
        Assert.Equal(text.TrimEnd('/'), address.ToString());
    }

    [Theory]
    [InlineData("sftp://host/backups")]
    [InlineData("sftp://me@host")]
    [InlineData("sftp://me@host/")]
    [InlineData("sftp://me@host:0/backups")]
    [InlineData("sftp://me@host/~/backups")]
    public void What_would_mean_something_else_is_refused(string text) => Assert.Throws<FormatException>(() => StoreAddress.Parse(text));

    [Fact]
    public void A_password_is_refused_and_not_repeated() =>
        Assert.DoesNotContain("hunter2", Assert.Throws<FormatException>(() => StoreAddress.Parse("sftp://me:hunter2@host/backups")).Message, StringComparison.Ordinal);
}
