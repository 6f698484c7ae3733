using System.Text;
using Tidemark.BaseBackups;
using Tidemark.Codecs.Age;
using Tidemark.Configuration;
using Tidemark.Repositories;
using Tidemark.Storage;
using Tidemark.Storage.Memory;
using Tidemark.Tests.Repositories;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.BaseBackups;

public sealed class BaseCatalogTests : IDisposable
{
    private readonly MemoryObjectStore store = new(TimeProvider.System);
    private readonly TinyBackup backup;
    private readonly TinyCluster cluster = TinyCluster.Make(20_000);

    public BaseCatalogTests() => backup = new TinyBackup(store);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_store_without_any_has_none() => Assert.Empty(await ListAsync());

    [Fact]
    public async Task A_backup_by_a_known_writer_is_complete_and_tells_what_it_is()
    {
        var manifest = await backup.TakeAsync(cluster);
        var entry = Assert.Single(await ListAsync());
        Assert.Equal((BaseState.Complete, manifest.Id, null), (entry.State, entry.Id.Text, entry.Why));
        Assert.Equal(manifest.MapLists, entry.Manifest!.MapLists);
        Assert.Equal(manifest.Control, entry.Manifest.Control);
        Assert.Equal(manifest.Wal, entry.Refs!.Wal);
        var packs = new Dictionary<string, long>();
        await backup.Bases.ReadPacksAsync(entry.Id, entry.Refs, packs.Add, Token);
        Assert.Equal(backup.Packs.ToDictionary(pack => pack.Id, pack => pack.Size), packs);
    }

    [Fact]
    public async Task Another_machine_believes_a_writer_only_when_he_is_pinned()
    {
        await backup.TakeAsync(cluster);
        using var other = new TinyBackup(store);
        Assert.Equal(BaseState.Unauthenticated, (await OnlyAsync(other)).State);
        Assert.Contains(backup.Writer.Id, (await OnlyAsync(other)).Why, StringComparison.Ordinal);
        // That the store holds his key says nothing: anybody puts one there.
        await backup.Writer.PublishAsync(store, Token);
        Assert.Equal(BaseState.Unauthenticated, (await OnlyAsync(other)).State);
        var published = Encoding.ASCII.GetString((await WholeObject.ReadAsync(store, $"keys/writers/{backup.Writer.Id}", 1000, Token))!).Trim();
        KnownWriters.Pin(other.State.Path, WriterIdentity.Parse(published), "the host that writes");
        Assert.Equal(BaseState.Complete, (await OnlyAsync(other)).State);
    }

    [Theory]
    [InlineData(BaseKeys.Manifest)]
    [InlineData(BaseKeys.Refs)]
    public async Task A_document_that_was_changed_after_it_was_signed_is_damaged_and_one_without_a_signature_may_be_anybodys(string name)
    {
        var manifest = await backup.TakeAsync(cluster);
        var key = backup.Bases.Keys.Of(Parsed(manifest.Id), name);
        var whole = Encoding.UTF8.GetString((await WholeObject.ReadAsync(store, key, 10_000_000, Token))!);
        await PutAsync(key, whole.Replace("\"full\"", "\"incr\"", StringComparison.Ordinal));
        Assert.Equal(BaseState.Damaged, (await OnlyAsync(backup)).State);
        Assert.Contains("did not write this", (await OnlyAsync(backup)).Why, StringComparison.Ordinal);
        await PutAsync(key, whole.Split('\n')[0] + "\n");
        Assert.Equal(BaseState.Unauthenticated, (await OnlyAsync(backup)).State);
        foreach (var bad in new[] { "", "{", "{}\n", "null\n{}\n", whole[..100], whole.Replace("\"format\":1", "\"format\":2", StringComparison.Ordinal), whole.Replace(manifest.Id, "20260102T030405Z-000000", StringComparison.Ordinal) })
        {
            await PutAsync(key, bad);
            var entry = await OnlyAsync(backup);
            Assert.Equal(BaseState.Damaged, entry.State);
            Assert.Contains(key, entry.Why, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("\"blockSize\":8192", "\"blockSize\":0")]
    [InlineData("\"walSegmentSize\":16777216", "\"walSegmentSize\":5")]
    [InlineData("\"lsn\":\"0/2000028\"", "\"lsn\":\"9/2000028\"")]
    [InlineData("\"frame\":0", "\"frame\":-1")]
    [InlineData("\"mapLists\":[", "\"mapLists\":[null,")]
    [InlineData("\"mapLists\":[", "\"mapLists\":null,\"x\":[")]
    [InlineData("\"what\":\"base manifest\"", "\"what\":\"base refs\"")]
    [InlineData("\"format\":1", "\"format\":2")]
    [InlineData("\"systemIdentifier\":\"74", "\"systemIdentifier\":\"84")]
    public async Task A_manifest_that_cannot_be_is_damaged_whoever_signed_it(string good, string bad)
    {
        var manifest = await backup.TakeAsync(cluster);
        var key = backup.Bases.Keys.Of(Parsed(manifest.Id), BaseKeys.Manifest);
        var line = Encoding.UTF8.GetString((await WholeObject.ReadAsync(store, key, 10_000_000, Token))!).Split('\n')[0];
        Assert.Contains(good, line, StringComparison.Ordinal);
        var changed = line.Replace(good, bad, StringComparison.Ordinal);
        await PutAsync(key, $"{changed}\n{{\"writer\":\"{backup.Writer.Id}\",\"signature\":\"{Convert.ToBase64String(backup.Writer.Sign(Encoding.UTF8.GetBytes(changed)))}\"}}\n");
        Assert.Equal(BaseState.Damaged, (await OnlyAsync(backup)).State);
    }

    [Fact]
    public async Task Packs_that_are_missing_in_refs_are_seen()
    {
        var manifest = await backup.TakeAsync(cluster);
        var key = backup.Bases.Keys.Of(Parsed(manifest.Id), BaseKeys.Refs);
        var whole = Encoding.UTF8.GetString((await WholeObject.ReadAsync(store, key, 10_000_000, Token))!);
        await PutAsync(key, whole[..(whole[..^1].LastIndexOf('\n') + 1)]);
        var entry = await OnlyAsync(backup);
        var seen = await Assert.ThrowsAsync<Fault>(() => backup.Bases.ReadPacksAsync(entry.Id, entry.Refs!, (_, _) => { }, Token));
        Assert.Equal(FaultCode.Verification, seen.Code);
    }

    [Fact]
    public async Task Without_a_manifest_it_was_interrupted_and_without_refs_it_is_damaged()
    {
        var manifest = await backup.TakeAsync(cluster);
        var keys = backup.Bases.Keys;
        var whole = (await WholeObject.ReadAsync(store, keys.Of(Parsed(manifest.Id), BaseKeys.Manifest), 10_000_000, Token))!;
        await store.DeleteAsync(keys.Of(Parsed(manifest.Id), BaseKeys.Manifest), Token);
        Assert.Equal(BaseState.Interrupted, (await OnlyAsync(backup)).State);
        await store.DeleteAsync(keys.Of(Parsed(manifest.Id), BaseKeys.Refs), Token);
        Assert.Equal(BaseState.Interrupted, (await OnlyAsync(backup)).State);
        await store.PutAsync(keys.Of(Parsed(manifest.Id), BaseKeys.Manifest), whole, PutMode.IfAbsent, Token);
        Assert.Equal(BaseState.Damaged, (await OnlyAsync(backup)).State);
    }

    [Fact]
    public async Task Without_the_key_a_backup_is_listed_and_its_packs_are_told()
    {
        var sealing = new MemoryObjectStore(TimeProvider.System);
        using var closed = new TinyBackup(sealing, AgeIdentity.Generate());
        var manifest = await closed.TakeAsync(cluster);
        Assert.Equal(BaseState.Complete, (await OnlyAsync(closed)).State);
        var blind = new BaseStore(sealing, closed.Bases.Keys, new RepositoryKeys(KeysAtHand.Options([closed.Identity!]), []));
        var entry = Assert.Single(await new BaseCatalog(blind, KnownWriters.Read(closed.State.Path)).ListAsync(Token));
        Assert.Equal((BaseState.Sealed, null), (entry.State, entry.Manifest));
        var packs = 0;
        await blind.ReadPacksAsync(entry.Id, entry.Refs!, (_, _) => packs++, Token);
        Assert.Equal(entry.Refs!.Packs, packs);
        Assert.Equal(BaseState.Sealed, Assert.Single(await new BaseCatalog(new BaseStore(sealing, closed.Bases.Keys, new RepositoryKeys(EncryptionOptions.None, [])), KnownWriters.Read(closed.State.Path)).ListAsync(Token)).State);
        Assert.DoesNotContain("16384", Encoding.UTF8.GetString((await WholeObject.ReadAsync(sealing, closed.Bases.Keys.Of(Parsed(manifest.Id), BaseKeys.Refs), 10_000_000, Token))!), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_none_of_ours_is_passed_over()
    {
        await backup.TakeAsync(cluster);
        await PutAsync(backup.Bases.Keys.All + "somebody/manifest", "{}");
        await PutAsync(backup.Bases.Keys.All + "20269902T030405Z-000000/manifest", "{}");
        Assert.Equal(BaseState.Complete, (await OnlyAsync(backup)).State);
    }

    [Fact]
    public async Task A_pin_holds_until_it_is_taken_off_and_one_that_cannot_be_read_holds_too()
    {
        var id = (await backup.TakeAsync(cluster)).Id;
        var pin = await MarkAsync(id, BaseMark.Pin);
        Assert.Equal(pin, Assert.Single((await OnlyAsync(backup)).Marks.Pins).Key);
        await MarkAsync(id, BaseMark.Unpin, mark => mark with { Of = [pin[(pin.LastIndexOf('/') + 1)..]] });
        Assert.Empty((await OnlyAsync(backup)).Marks.Pins);
        await PutAsync(backup.Bases.Keys.OfMark(Parsed(id), DateTimeOffset.UnixEpoch.AddDays(1), BaseMark.Pin), "not a pin");
        Assert.True((await OnlyAsync(backup)).Marks.IsPinned(DateTimeOffset.MaxValue));
    }

    [Fact]
    public async Task What_the_latest_verification_found_is_the_state_and_a_strangers_word_is_not()
    {
        var id = (await backup.TakeAsync(cluster)).Id;
        using var stranger = new TempFolder();
        await backup.Bases.WriteAsync(Verified(id, "made up"), WriterKey.Ensure(stranger.Path), Token);
        await backup.Bases.WriteAsync(Verified(id, "made up") with { Type = BaseMark.Tombstone }, WriterKey.Ensure(stranger.Path), Token);
        Assert.Equal((BaseState.Complete, null), ((await OnlyAsync(backup)).State, (await OnlyAsync(backup)).Marks.Tombstone));
        await backup.Bases.WriteAsync(Verified(id, "base/5/16384 is damaged"), backup.Writer, Token);
        var damaged = await OnlyAsync(backup);
        Assert.Equal((BaseState.Damaged, false), (damaged.State, damaged.IsGood));
        Assert.Contains("base/5/16384", damaged.Why, StringComparison.Ordinal);
        // Whole again: a disk that was not mounted, say. Its name is older, and by the store's clock it is younger.
        await backup.Bases.WriteAsync(Verified(id) with { At = DateTimeOffset.UnixEpoch }, backup.Writer, Token);
        Assert.Equal(BaseState.Complete, (await OnlyAsync(backup)).State);
    }

    [Fact]
    public async Task A_run_that_was_given_up_can_never_write_its_manifest_and_one_that_has_cannot_be_given_up()
    {
        var manifest = await backup.TakeAsync(cluster);
        var (id, revocation) = (Parsed(manifest.Id), new BaseRevocation { Id = manifest.Id, At = DateTimeOffset.UnixEpoch, By = "ann@db1" });
        Assert.False(await backup.Bases.RevokeAsync(id, revocation, backup.Writer, Token));
        Assert.Equal(BaseState.Complete, (await OnlyAsync(backup)).State);
        await store.DeleteAsync(backup.Bases.Keys.Of(id, BaseKeys.Manifest), Token);
        Assert.Equal((BaseState.Interrupted, false), ((await OnlyAsync(backup)).State, (await OnlyAsync(backup)).IsRevoked));
        Assert.True(await backup.Bases.RevokeAsync(id, revocation, backup.Writer, Token));
        Assert.Equal((BaseState.Interrupted, true), ((await OnlyAsync(backup)).State, (await OnlyAsync(backup)).IsRevoked));
        var late = await Assert.ThrowsAsync<Fault>(() => backup.Bases.WriteAsync(manifest, backup.Writer, Token));
        Assert.Contains("given up", late.What, StringComparison.Ordinal);
        Assert.Equal(BaseState.Interrupted, (await OnlyAsync(backup)).State);
    }

    [Fact]
    public async Task A_second_manifest_of_an_id_is_refused()
    {
        var manifest = await backup.TakeAsync(cluster);
        Assert.Equal(FaultCode.Refused, (await Assert.ThrowsAsync<Fault>(() => backup.Bases.WriteAsync(manifest, backup.Writer, Token))).Code);
    }

    public void Dispose() => backup.Dispose();

    private Task<string> MarkAsync(string id, string type, Func<BaseMark, BaseMark>? told = null) =>
        backup.Bases.WriteAsync((told ?? (mark => mark))(new BaseMark { Id = id, Type = type, At = DateTimeOffset.UnixEpoch, By = "ann@db1", Reason = "why" }), backup.Writer, Token);

    private static BaseMark Verified(string id, params string[] found) => new() { Id = id, Type = BaseMark.Verified, At = DateTimeOffset.UnixEpoch.AddDays(1), By = "ann@db1", Passed = found.Length == 0, Findings = found };

    private Task<IReadOnlyList<BaseEntry>> ListAsync() => new BaseCatalog(backup.Bases, KnownWriters.Read(backup.State.Path)).ListAsync(Token);

    private static async Task<BaseEntry> OnlyAsync(TinyBackup by) => Assert.Single(await new BaseCatalog(by.Bases, KnownWriters.Read(by.State.Path)).ListAsync(Token));

    private static BaseId Parsed(string text) => BaseId.TryParse(text, out var id) ? id : throw new ArgumentException(text);

    private Task<bool> PutAsync(string key, string text) => store.PutAsync(key, Encoding.UTF8.GetBytes(text), PutMode.Replace, Token);
}
