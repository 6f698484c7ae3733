using Tidemark.Configuration;
using Tidemark.Repositories;
using Tidemark.Storage.Memory;
using Tidemark.Tests.Storage;
using Tidemark.Tests.Support;
using Tidemark.Wal.Receiving;

namespace Tidemark.Tests.Wal.Receiving;

public sealed class WalIntakeTests
{
    [Fact]
    public async Task A_store_that_fails_as_nobody_foresaw_ends_the_run_which_would_go_on_without_it()
    {
        using var folder = new TempFolder();
        await using var store = new UnreliableStore(new MemoryObjectStore(TimeProvider.System)) { Weather = (_, _, _) => throw new InvalidOperationException("unforeseen") };
        // Nobody listens there: the receiver tries again and again.
        var options = ConfigurationReader.Read(folder.Path, new Dictionary<string, string> { ["DATABASE_URL"] = "postgresql://nobody@127.0.0.1:1/db", ["BACKUP_WAL_SHIP_EVERY"] = "1s" }, new Dictionary<string, string>()).Options;
        var intake = new WalIntake(options.Database!, folder.Path, options.Wal, [store], new RepositoryKeys(EncryptionOptions.None, []), TimeProvider.System, _ => { });
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await Assert.ThrowsAsync<InvalidOperationException>(() => intake.RunAsync(MadeWal.Cluster, MadeWal.Size, patience.Token));
        Assert.False(patience.IsCancellationRequested);
    }
}
