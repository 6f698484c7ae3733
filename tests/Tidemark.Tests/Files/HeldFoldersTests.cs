using Tidemark.Files;
using Tidemark.Journal;
using Tidemark.Storage.Local;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Files;

public sealed class HeldFoldersTests : IDisposable
{
    private readonly TempFolder folder = new();

    [Fact]
    public void A_held_folder_that_is_removed_is_not_made_anew_by_anybody_until_it_is_let_go()
    {
        PrivateFolder.Ensure(folder["backups/.tidemark"]);
        using (HeldFolders.Hold(folder["backups"]))
        using (HeldFolders.Hold(folder["backups"]))
        {
            using (RunJournal.Open(folder["backups/.tidemark"])) { }
            Directory.Delete(folder["backups"], recursive: true);
            foreach (var work in new Action[] { () => RunJournal.Open(folder["backups/.tidemark"]), () => JournalReader.Open(folder["backups/.tidemark"]), () => FileLock.TryAcquire(folder["backups/.tidemark/locks/x"], TimeProvider.System), () => PrivateFolder.Ensure(folder["backups"]) })
                Assert.Equal((FaultCode.Store, folder["backups"]), Assert.Throws<Fault>(work) is var gone ? (gone.Code, gone.Where) : default);
            Assert.False(Directory.Exists(folder["backups"]));
        }
        using (RunJournal.Open(folder["backups/.tidemark"])) { }
        Assert.True(Directory.Exists(folder["backups"]));
    }

    [Fact]
    public async Task An_empty_folder_in_its_place_as_under_a_mount_that_is_gone_is_not_taken_for_it()
    {
        PrivateFolder.Ensure(folder["mounted"]);
        using var held = HeldFolders.Hold(folder["mounted"]);
        Directory.Move(folder["mounted"], folder["elsewhere"]);
        PrivateFolder.Ensure(folder["other"]);
        Directory.Move(folder["other"], folder["mounted"]);
        var store = new LocalObjectStore(folder["mounted"]);
        await Assert.ThrowsAsync<Fault>(async () => await store.ListAsync("", _ => { }, TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<Fault>(() => store.PutAsync("x", new byte[1], Tidemark.Storage.PutMode.Replace, TestContext.Current.CancellationToken));
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder["mounted"]));
        // Brought back, it is the one that it was.
        Directory.Delete(folder["mounted"]);
        Directory.Move(folder["elsewhere"], folder["mounted"]);
        HeldFolders.Require(folder["mounted/deeper"]);
    }

    public void Dispose() => folder.Dispose();
}
