using Tidemark.Cli.Output;
using Tidemark.Dumps;

namespace Tidemark.Tests.Output;

public sealed class ProgressWordsTests
{
    [Theory]
    [InlineData(0.5, 60, "10.0 MB dumped, 2.50 MB stored, 3 of 7 tables, 42 s to 2 min left")]
    [InlineData(0.04, 60, "10.0 MB dumped, 2.50 MB stored, 3 of 7 tables")]
    [InlineData(0.5, 1, "10.0 MB dumped, 2.50 MB stored, 3 of 7 tables")]
    public void A_dump_tells_bytes_tables_and_an_honest_range_but_not_too_early(double fraction, int seconds, string words) =>
        Assert.Equal(words, ProgressWords.Of(new DumpProgress(10_000_000, 2_500_000, 3, 7, fraction), TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void Without_a_check_nothing_is_said_of_tables() =>
        Assert.Equal("999 B dumped, 1.00 kB stored", ProgressWords.Of(new DumpProgress(999, 1000, 0, 7, null), TimeSpan.FromMinutes(1)));
}
