using System.Text;
using Tidemark.Codecs.Age;
using Tidemark.Postgres.Wal;
using Tidemark.Repositories;
using Tidemark.Storage;
using Tidemark.Storage.Memory;
using Tidemark.Tests.Repositories;
using Tidemark.Tests.Storage;
using Tidemark.Wal;

namespace Tidemark.Tests.Wal;

public sealed class WalArchiveTests : IAsyncDisposable
{
    private static readonly WalSegmentName Name = MadeWal.Name(1, 5);

    private readonly MemoryObjectStore store = new(TimeProvider.System);

    public ValueTask DisposeAsync() => store.DisposeAsync();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_same_segment_again_is_success_and_another_of_its_name_is_refused_and_changes_nothing()
    {
        var archive = await MadeWal.ArchiveAsync(store);
        Assert.True(await PutAsync(archive, 1));
        Assert.False(await PutAsync(archive, 1));
        Assert.Equal(FaultCode.Refused, (await Assert.ThrowsAsync<Fault>(() => PutAsync(archive, 2))).Code);
        var there = await archive.FindAsync(Name, Token);
        Assert.Equal(MadeWal.Segment(Name, 1), (await archive.ReadAsync(there!, Token)).Bytes.ToArray());
    }

    [Fact]
    public async Task Two_writers_at_the_same_moment_both_see_the_conflict()
    {
        var other = await MadeWal.ArchiveAsync(store);
        var unreliable = new UnreliableStore(store);
        var archive = await MadeWal.ArchiveAsync(unreliable);
        // The other one writes between our look and our write.
        unreliable.Weather = (operation, _, _) =>
        {
            if (operation == "put") PutAsync(other, 2).GetAwaiter().GetResult();
            return Loss.None;
        };
        Assert.Contains("both were written", (await Assert.ThrowsAsync<Fault>(() => PutAsync(archive, 1))).Left, StringComparison.Ordinal);
        Assert.Equal(FaultCode.Refused, (await Assert.ThrowsAsync<Fault>(() => other.FindAsync(Name, Token))).Code);
        Assert.Equal(FaultCode.Refused, (await Assert.ThrowsAsync<Fault>(() => PutAsync(other, 2))).Code);
    }

    [Fact]
    public async Task What_is_not_what_its_name_says_is_not_given_out()
    {
        var archive = await MadeWal.ArchiveAsync(store);
        await PutAsync(archive, 1);
        var there = (await archive.FindAsync(Name, Token))!;
        await store.PutAsync(there.Key, MadeWal.Plain().Encode(MadeWal.Segment(Name, 2)), PutMode.Replace, Token);
        Assert.Equal(FaultCode.Verification, (await Assert.ThrowsAsync<Fault>(async () => await archive.ReadAsync((await archive.FindAsync(Name, Token))!, Token))).Code);
        await store.PutAsync(there.Key, "not zstd"u8.ToArray(), PutMode.Replace, Token);
        Assert.Equal(FaultCode.Verification, (await Assert.ThrowsAsync<Fault>(async () => await archive.ReadAsync((await archive.FindAsync(Name, Token))!, Token))).Code);
    }

    [Fact]
    public async Task With_the_public_key_alone_it_is_written_and_read_with_the_identity()
    {
        var key = AgeIdentity.Generate();
        var writer = new WalEncoding(new RepositoryKeys(KeysAtHand.Options([key]), []));
        var archive = await MadeWal.ArchiveAsync(store, writer);
        await PutAsync(archive, 1, writer);
        var there = (await archive.FindAsync(Name, Token))!;
        Assert.Equal(FaultCode.Keys, (await Assert.ThrowsAsync<Fault>(() => archive.ReadAsync(there, Token))).Code);
        // The same again is known without a key.
        Assert.False(await PutAsync(archive, 1, writer));
        var reader = await MadeWal.ArchiveAsync(store, new WalEncoding(new RepositoryKeys(KeysAtHand.Options([], key.ToSecretText()), [])));
        Assert.Equal(MadeWal.Segment(Name, 1), (await reader.ReadAsync(there, Token)).Bytes.ToArray());
    }

    [Fact]
    public async Task A_history_file_is_written_once()
    {
        var archive = await MadeWal.ArchiveAsync(store);
        var (name, content) = (MadeWal.History(2), Encoding.ASCII.GetBytes("1\t0/500028\tno recovery target specified\n"));
        Assert.True(await archive.PutNoteAsync(name, content, Token));
        Assert.False(await archive.PutNoteAsync(name, content, Token));
        Assert.Equal(FaultCode.Refused, (await Assert.ThrowsAsync<Fault>(() => archive.PutNoteAsync(name, [.. content, (byte)'\n'], Token))).Code);
        Assert.Equal(content, await archive.ReadNoteAsync(name, Token));
    }

    [Fact]
    public async Task A_listing_that_could_not_look_everywhere_proves_nothing()
    {
        var archive = await MadeWal.ArchiveAsync(new UnreliableStore(store) { ListingBreaks = true });
        Assert.Equal(FaultCode.Store, (await Assert.ThrowsAsync<Fault>(() => archive.FindAsync(Name, Token))).Code);
    }

    private static Task<bool> PutAsync(WalArchive archive, uint mark, WalEncoding? encoding = null)
    {
        var raw = RawSegment.Of(Name, MadeWal.Segment(Name, mark));
        return archive.PutAsync(raw, () => (encoding ?? MadeWal.Plain()).Encode(raw.Bytes.Span), Token);
    }
}
