using Tidemark.Storage;

namespace Tidemark.Tests.Storage;

public sealed class VolatileKeysTests
{
    [Theory]
    [InlineData("clusters/default/01-7300000000000000001/volatile/reach.json", true)]
    [InlineData("a/prefix/clusters/default/01-7300000000000000001/volatile/tails/000000010000000000000005/00000000-00000010.ab", true)]
    [InlineData("clusters/default/01-7300000000000000001/wal/00000001.history", false)]
    [InlineData("clusters/default/01-7300000000000000001/volatile", false)]
    [InlineData("volatile/20261123-backup.dump", false)]
    public void Only_what_lies_in_the_volatile_folder_of_a_life_may_be_lost(string key, bool may) => Assert.Equal(may, VolatileKeys.Holds(key));
}
