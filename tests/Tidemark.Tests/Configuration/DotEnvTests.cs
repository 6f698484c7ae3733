using Tidemark.Configuration;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Configuration;

public sealed class DotEnvTests
{
    [Theory]
    [InlineData("A=b", "b")]
    [InlineData("  export  A = b c  ", "b c")]
    [InlineData("export\tA=b", "b")]
    [InlineData("A=", "")]
    [InlineData("A=b # why", "b")]
    [InlineData("A=# nothing", "")]
    [InlineData("A=postgres://u:p#w@h/d", "postgres://u:p#w@h/d")]
    [InlineData("A=b=c", "b=c")]
    [InlineData("A='it is # $HOME \\n'  # why", "it is # $HOME \\n")]
    [InlineData("A=\"say \\\"hi\\\"\\n\\$HOME \\d\\\\\" # why", "say \"hi\"\n$HOME \\d\\")]
    [InlineData("A=$HOME/${X}", "$HOME/${X}")]
    [InlineData("A=b\r", "b")]
    [InlineData("A=\"b\"\r", "b")]
    [InlineData("A=1\nA=2", "2")]
    [InlineData("\uFEFFA=b", "b")]
    public void A_line_is_read_as_a_shell_would_but_nothing_is_expanded(string text, string value)
    {
        using TempFolder folder = new();
        folder.Write(".env", text);
        Assert.Equal(value, DotEnv.FindAndRead(folder.Path).Entries["A"].Value);
    }

    [Fact]
    public void Lines_are_counted_with_comments_and_blank_ones()
    {
        using TempFolder folder = new();
        folder.Write(".env", "# ours\r\n\r\nA=1\r\n  # more\r\nB=2");
        var entries = DotEnv.FindAndRead(folder.Path).Entries;
        Assert.Equal((("1", 3), ("2", 5)), (entries["A"], entries["B"]));
    }

    [Theory]
    [InlineData("s3cret")]
    [InlineData("export s3cret")]
    [InlineData("1A=s3cret")]
    [InlineData("A B=s3cret")]
    [InlineData("=s3cret")]
    [InlineData("A='s3cret")]
    [InlineData("A=\"s3cret\\\"")]
    [InlineData("A='x's3cret")]
    [InlineData("A='x'#s3cret")]
    public void A_line_that_cannot_be_read_is_named_and_never_shown(string line)
    {
        using TempFolder folder = new();
        var path = folder.Write(".env", "# x\n" + line + "\nOK=1\n");
        var fault = Assert.Throws<Fault>(() => DotEnv.FindAndRead(folder.Path));
        Assert.Equal(FaultCode.Configuration, fault.Code);
        Assert.StartsWith($"{path}:2: ", fault.What);
        Assert.DoesNotContain("s3cret", fault.What);
    }

    [Fact]
    public void The_nearest_one_upward_counts_and_a_folder_of_that_name_does_not()
    {
        using TempFolder folder = new();
        folder.Write(".env", "A=far");
        folder.Write("x/.env", "A=near");
        Directory.CreateDirectory(folder["x/y/z/.env"]);
        Assert.Equal("near", DotEnv.FindAndRead(folder["x/y/z"]).Entries["A"].Value);
    }
}
