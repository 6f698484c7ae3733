using Tidemark.Cli.Output;

namespace Tidemark.Tests.Output;

public sealed class WalExitCodesTests
{
    [Theory]
    [InlineData("wal fetch f p", 0, 0)]
    [InlineData("wal fetch f p", WalExitCodes.ProvenMiss, 1)]
    [InlineData("wal fetch f p", 1, 126)]
    [InlineData("--json wal fetch", 2, 126)]
    [InlineData("wal --nonsense fetch", 6, 126)]
    [InlineData("wal fetch f p", 130, 126)]
    [InlineData("wal push p", 0, 0)]
    [InlineData("wal push p", 8, 8)]
    [InlineData("wal push p", 130, 1)]
    [InlineData("wal push p", -1, 1)]
    [InlineData("restore wal fetch", 2, 2)]
    [InlineData("--timeline 1 wal fetch f p", 2, 126)]
    [InlineData("--patience 1s wal fetch f p", 2, 126)]
    [InlineData("wal --json true fetch f p", 2, 126)]
    [InlineData("wal --plan status fetch f p", 2, 126)]
    [InlineData("wal fetc f p", 2, 126)]
    [InlineData("wal", 2, 126)]
    [InlineData("wall fetch f p", 2, 126)]
    [InlineData("wal --help", 0, 0)]
    [InlineData("wal receive", 2, 2)]
    [InlineData("list fetch", 4, 4)]
    [InlineData("wal status", 130, 130)]
    public void What_PostgreSQL_reads_is_never_more_than_is_known(string line, int exitCode, int expected) => Assert.Equal(expected, WalExitCodes.Of(line.Split(' '), exitCode, ["wal", "restore", "list"]));
}
