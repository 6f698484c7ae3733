using Tidemark.Postgres;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Postgres;

public sealed class PassFileTests
{
    private static string? Find(string text, string host, int port, string database, UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite)
    {
        using var folder = new TempFolder();
        var path = folder.Write("pgpass", text);
        File.SetUnixFileMode(path, mode);
        var address = DatabaseAddress.Parse($"host=h user=me passfile={path}", new Dictionary<string, string>(), "me");
        return PassFile.Find(address, host, port, database);
    }

    [Theory]
    [InlineData("h:5432:db:me:secret", "secret")]
    [InlineData("h:5432:db:me:secret:more", "secret")]
    [InlineData("*:*:*:*:secret", "secret")]
    [InlineData("other:*:*:*:no\n#h:5432:db:me:no\nh:*:*:me:first\n*:*:*:*:second", "first")]
    [InlineData(@"h:5432:db:me:a\:b\\c", @"a:b\c")]
    [InlineData("h:5433:db:me:no", null)]
    [InlineData("h:5432:db:you:no", null)]
    [InlineData("h:5432:db:me", null)]
    [InlineData(@"\*:5432:db:me:no", null)]
    [InlineData("", null)]
    public void The_first_line_that_fits_says_it(string text, string? password) => Assert.Equal(password, Find(text, "h", 5432, "db"));

    [Fact]
    public void A_socket_in_libpq_s_own_folder_is_localhost()
    {
        Assert.Equal("secret", Find("localhost:*:*:*:secret", ServerPlace.DefaultSocketFolder, 5432, "db"));
        Assert.Equal("secret", Find("/tmp/sockets:*:*:*:secret", "/tmp/sockets", 5432, "db"));
    }

    [Fact]
    public void A_file_that_others_can_read_does_not_count() => Assert.Null(Find("*:*:*:*:secret", "h", 5432, "db", UnixFileMode.UserRead | UnixFileMode.GroupRead));
}
