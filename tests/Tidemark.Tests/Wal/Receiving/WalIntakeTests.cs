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
    public async Task A_store_that_fails_as_nobody_foresaw_is_told_and_the_run_goes_on()
    {
        using var folder = new TempFolder();
        await using var store = new UnreliableStore(new MemoryObjectStore(TimeProvider.System)) { Weather = (_, _, _) => throw new InvalidOperationException("unforeseen") };
        // Nobody listens there: the receiver tries again and again.
        var options = ConfigurationReader.Read(folder.Path, new Dictionary<string, string> { ["DATABASE_URL"] = "postgresql://nobody@127.0.0.1:1/db", ["BACKUP_WAL_SHIP_EVERY"] = "1s" }, new Dictionary<string, string>()).Options;
        using var told = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var remarks = new List<string>();
        var intake = new WalIntake(options.Database!, folder.Path, options.Wal, [store], new RepositoryKeys(EncryptionOptions.None, []), TimeProvider.System, remark =>
        {
            lock (remarks) remarks.Add(remark);
            if (remark.Contains("unforeseen", StringComparison.Ordinal)) told.Cancel();
        });
        await intake.RunAsync(MadeWal.Cluster, MadeWal.Size, told.Token);
        Assert.Contains("unforeseen", intake.Shippers[0].Failure, StringComparison.Ordinal);
    }
}
