using Npgsql;
using Tidemark.Cli.Output;

namespace Tidemark.Tests.Output;

/// <summary>Exit codes by PostgreSQL's own classes of errors (its manual, appendix A).</summary>
public sealed class OutsideFaultTests
{
    [Theory]
    [InlineData("42501", 7)]
    [InlineData("28000", 7)]
    [InlineData("28P01", 7)]
    [InlineData("08006", 7)]
    [InlineData("57P01", 7)]
    [InlineData("57P03", 7)]
    [InlineData("53300", 7)]
    [InlineData("3D000", 7)]
    [InlineData("53100", 15)]
    [InlineData("53200", 1)]
    [InlineData("57014", 1)]
    [InlineData("25006", 1)]
    [InlineData("40P01", 1)]
    [InlineData("55006", 1)]
    [InlineData("XX000", 1)]
    public void What_the_server_refuses_has_its_exit_code_its_words_and_a_next_step(string sqlState, int exit)
    {
        var fault = OutsideFault.Of(new PostgresException("its words", "ERROR", "ERROR", sqlState), "tidemark backup --label x")!;
        Assert.Equal(exit, fault.Code.ExitCode);
        Assert.Contains("its words", fault.Why, StringComparison.Ordinal);
        Assert.EndsWith("tidemark backup --label x", fault.Next, StringComparison.Ordinal);
        Assert.DoesNotContain("see above", fault.Left, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(28, 15)]
    [InlineData(122, 15)]
    [InlineData(5, 8)]
    public void A_full_disk_or_quota_is_15_another_failure_of_a_file_8(int errno, int exit) =>
        Assert.Equal(exit, OutsideFault.Of(new IOException("words", errno), "tidemark backup")!.Code.ExitCode);

    [Fact]
    public void The_file_or_folder_that_could_not_be_used_is_named()
    {
        var fault = OutsideFault.Of(new UnauthorizedAccessException("Access to the path '/x/it's mine' is denied."), "tidemark list")!;
        Assert.Equal(("/x/it's mine", "ls -ld '/x/it'\\''s mine'; tidemark list # when this user may read and write there"), (fault.Where, fault.Next));
        Assert.Null(OutsideFault.Of(new IOException("no quotes"), "tidemark list")!.Where);
    }

    [Fact]
    public void What_nobody_foresaw_stays_that() => Assert.Null(OutsideFault.Of(new InvalidOperationException(), "tidemark backup"));

    [Fact]
    public void A_full_device_says_so_in_the_number_that_is_looked_at()
    {
        using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        var thrown = Assert.Throws<IOException>(() => full.Write([1]));
        Assert.Equal(15, OutsideFault.Of(thrown, "tidemark backup")!.Code.ExitCode);
    }
}
