using System.Text;
using Tidemark.Codecs.Age;
using Tidemark.Repositories;
using Tidemark.Storage;
using Tidemark.Storage.Local;
using Tidemark.Storage.Memory;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Repositories;

public sealed class KeyRingTests : IAsyncDisposable
{
    private readonly MemoryObjectStore store = new(TimeProvider.System);
    private readonly AgeIdentity mine = AgeIdentity.Generate(), theirs = AgeIdentity.Generate(), stranger = AgeIdentity.Generate();

    public ValueTask DisposeAsync() => store.DisposeAsync();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_sealed_to_the_key_of_the_ring_opens_for_each_it_is_wrapped_to_and_nobody_else()
    {
        var made = await Writer(mine).AddIdentityAsync([mine.Recipient, theirs.Recipient], Token);
        var stored = KeysAtHand.Sealed(new RepositoryKeys(KeysAtHand.Options([made.Identity]), [store]), "rows");
        foreach (var key in (AgeIdentity[])[mine, theirs]) Assert.Equal("rows", await OpenAsync(key, stored));
        Assert.Equal(FaultCode.Keys, (await Assert.ThrowsAsync<Fault>(() => OpenAsync(stranger, stored))).Code);
    }

    [Fact]
    public async Task Added_and_removed_recipients_change_every_key_of_the_ring()
    {
        var old = await Writer(mine).AddIdentityAsync([mine.Recipient], Token);
        var made = await Writer(mine).RotateIdentityAsync([old.Identity.Recipient], Token);
        Assert.Equal([$"{mine.Recipient}"], made.Recipients.Select(recipient => $"{recipient}"));
        var sealedToBoth = (byte[][])[KeysAtHand.Sealed(new RepositoryKeys(KeysAtHand.Options([old.Identity]), []), "rows"), KeysAtHand.Sealed(new RepositoryKeys(KeysAtHand.Options([made.Identity]), []), "rows")];
        await Writer(mine).RewrapAsync(before => [.. before, theirs.Recipient], Token);
        foreach (var stored in sealedToBoth) Assert.Equal("rows", await OpenAsync(theirs, stored));
        await Writer(theirs).RewrapAsync(before => [.. before.Where(recipient => $"{recipient}" != $"{mine.Recipient}")], Token);
        foreach (var stored in sealedToBoth) Assert.Equal(FaultCode.Keys, (await Assert.ThrowsAsync<Fault>(() => OpenAsync(mine, stored))).Code);
        foreach (var stored in sealedToBoth) Assert.Equal("rows", await OpenAsync(theirs, stored));
        Assert.All((await KeyRing.ReadAsync(store, null, Token)).Keys, key => Assert.Equal([$"{theirs.Recipient}"], key.Note!.Recipients));
    }

    [Fact]
    public async Task The_last_recipient_stays_and_a_ring_that_does_not_open_is_left_alone()
    {
        await Writer(mine).AddIdentityAsync([mine.Recipient], Token);
        var before = await AllAsync();
        Assert.Equal(FaultCode.Refused, (await Assert.ThrowsAsync<Fault>(() => Writer(mine).RewrapAsync(_ => [], Token))).Code);
        var closed = await Assert.ThrowsAsync<Fault>(() => Writer(stranger).RewrapAsync(recipients => [.. recipients, stranger.Recipient], Token));
        Assert.Equal(FaultCode.Keys, closed.Code);
        Assert.Contains($"{mine.Recipient}", closed.Why);
        Assert.Equal(before, await AllAsync());
    }

    [Fact]
    public async Task Recipients_that_only_the_note_names_are_not_believed()
    {
        var made = await Writer(mine).AddIdentityAsync([mine.Recipient], Token);
        var id = RingKey.IdOf(made.Identity.Recipient);
        var forged = new RingNote { PublicKey = $"{stranger.Recipient}", Recipients = [$"{mine.Recipient}", $"{stranger.Recipient}"], Created = DateTimeOffset.UnixEpoch, Wrapped = DateTimeOffset.UnixEpoch };
        await store.PutAsync($"keys/{id}.json", forged.ToBytes(), PutMode.Replace, Token);
        Assert.Equal([$"{mine.Recipient}"], (await Writer(mine).RewrapAsync(before => before, Token)).Single().Recipients.Select(recipient => $"{recipient}"));
        Assert.Equal($"{made.Identity.Recipient}", Assert.Single((await KeyRing.ReadAsync(store, null, Token)).Keys).Note!.PublicKey);
    }

    [Fact]
    public async Task A_key_that_somebody_planted_gets_no_say()
    {
        var made = await Writer(mine).AddIdentityAsync([mine.Recipient], Token);
        var planted = new WrappedIdentity(stranger, [mine.Recipient, stranger.Recipient], new DateTimeOffset(2126, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await store.PutAsync($"keys/{RingKey.IdOf(stranger.Recipient)}.age", planted.Seal(), PutMode.Replace, Token);
        // The recipients of the newest would be theirs.
        Assert.Equal([$"{mine.Recipient}"], (await Writer(mine).RotateIdentityAsync([made.Identity.Recipient], Token)).Recipients.Select(recipient => $"{recipient}"));
        Assert.Equal(FaultCode.Keys, (await Assert.ThrowsAsync<Fault>(() => Writer(mine).RotateIdentityAsync([], Token))).Code);

        await store.PutAsync($"keys/{RingKey.IdOf(made.Identity.Recipient)}.age", planted.Seal(), PutMode.Replace, Token);
        var ring = await KeyRing.ReadAsync(store, KeysAtHand.User(mine), Token);
        Assert.Contains("another key than its name says", Assert.Single(ring.Unread));
        Assert.Equal(FaultCode.Keys, (await Assert.ThrowsAsync<Fault>(() => Writer(mine).RewrapAsync(before => before, Token))).Code);
    }

    [Fact]
    public async Task Killed_at_any_write_every_key_still_opens_and_the_next_change_mends_the_rest()
    {
        for (var writes = 0; writes < 4; writes++)
        {
            var place = new MemoryObjectStore(TimeProvider.System);
            var user = KeysAtHand.User(mine);
            var old = await new KeyRingWriter(place, user, TimeProvider.System).AddIdentityAsync([mine.Recipient], Token);
            await new KeyRingWriter(place, user, TimeProvider.System).RotateIdentityAsync([old.Identity.Recipient], Token);
            var killed = new KeyRingWriter(new DyingStore(place, writes), user, TimeProvider.System);
            await Assert.ThrowsAsync<OperationCanceledException>(() => killed.RewrapAsync(before => [.. before, theirs.Recipient], Token));
            var left = await new KeyRingWriter(place, KeysAtHand.User(mine), TimeProvider.System).OpenedAsync(Token);
            Assert.Equal((writes + 1) / 2, left.Count(key => key.Recipients.Count == 2));
            await new KeyRingWriter(place, KeysAtHand.User(mine), TimeProvider.System).RewrapAsync(before => [.. before.Append(theirs.Recipient).DistinctBy(recipient => $"{recipient}")], Token);
            Assert.Equal(2, (await new KeyRingWriter(place, KeysAtHand.User(theirs), TimeProvider.System).OpenedAsync(Token)).Count);
            Assert.All((await KeyRing.ReadAsync(place, null, Token)).Keys, key => Assert.Equal(2, key.Note!.Recipients.Count));
        }
    }

    [Fact]
    public async Task Who_comes_second_at_the_same_moment_is_told()
    {
        await Writer(mine).AddIdentityAsync([mine.Recipient], Token);
        var other = (await Writer(mine).OpenedAsync(Token)).Single() with { Recipients = [mine.Recipient, theirs.Recipient] };
        var raced = new KeyRingWriter(new DyingStore(store, int.MaxValue) { AfterPut = key => key.EndsWith(".age", StringComparison.Ordinal) ? other.Seal() : null }, KeysAtHand.User(mine), TimeProvider.System);
        Assert.Contains("somebody else changed", (await Assert.ThrowsAsync<Fault>(() => raced.RewrapAsync(before => before, Token))).What);
    }

    [Fact]
    public async Task Each_of_several_stores_opens_alone_what_is_encrypted_to_the_key_of_the_rings()
    {
        var (other, late) = (new MemoryObjectStore(TimeProvider.System), new MemoryObjectStore(TimeProvider.System));
        var fresh = new Lazy<AgeIdentity>(AgeIdentity.Generate);
        KeyRingWriter Of(MemoryObjectStore place) => new(place, KeysAtHand.User(mine), TimeProvider.System) { Fresh = fresh };
        var made = await Of(store).AddIdentityAsync([mine.Recipient], Token);
        await Of(other).AddIdentityAsync([mine.Recipient], Token);
        await Of(late).JoinAsync(await Of(store).OpenedAsync(Token), Token);
        var stored = KeysAtHand.Sealed(new RepositoryKeys(KeysAtHand.Options([made.Identity]), []), "rows");
        foreach (var place in (MemoryObjectStore[])[store, other, late])
            Assert.Equal("rows", await KeysAtHand.OpenedAsync(new RepositoryKeys(KeysAtHand.Options([], mine.ToSecretText()), [place]), stored));
        Assert.NotNull(await RepositoryMark.ReadAsync(late, Token));
    }

    [Fact]
    public async Task A_folder_beside_the_keys_hides_none_of_them()
    {
        using var folder = new TempFolder();
        var place = new LocalObjectStore(folder.Path);
        await new KeyRingWriter(place, KeysAtHand.User(mine), TimeProvider.System).AddIdentityAsync([mine.Recipient], Token);
        Directory.CreateDirectory(folder["keys/of-last-year"]);
        Assert.Empty((await KeyRing.ReadAsync(place, null, Token)).Unread);
        Assert.Single(await new KeyRingWriter(place, KeysAtHand.User(mine), TimeProvider.System).RewrapAsync(before => before, Token));
    }

    [Fact]
    public async Task Something_huge_under_the_name_of_a_key_or_a_note_is_neither()
    {
        var made = await Writer(mine).AddIdentityAsync([mine.Recipient], Token);
        var id = RingKey.IdOf(made.Identity.Recipient);
        await store.PutAsync($"keys/{id}.json", new byte[KeyRing.Largest + 1], PutMode.Replace, Token);
        var key = Assert.Single((await KeyRing.ReadAsync(store, KeysAtHand.User(mine), Token)).Keys);
        Assert.Equal((true, true), (key.Note is null, key.Opened is not null));
        await store.PutAsync($"keys/{id}.age", made.Seal().Concat(new byte[KeyRing.Largest]).ToArray(), PutMode.Replace, Token);
        Assert.Contains("more than", Assert.Single((await KeyRing.ReadAsync(store, KeysAtHand.User(mine), Token)).Unread));
    }

    [Fact]
    public async Task A_repository_of_a_later_version_is_not_touched()
    {
        await store.PutAsync("repository.json", """{ "format": 2, "id": "6a1e0a44-6f2e-4a5e-9d0e-111111111111" }"""u8.ToArray(), PutMode.Replace, Token);
        Assert.Contains("format 2", (await Assert.ThrowsAsync<Fault>(() => Writer(mine).AddIdentityAsync([mine.Recipient], Token))).Why);
    }

    [Fact]
    public async Task Old_backups_are_counted_by_who_reads_them_and_opened_by_their_heads()
    {
        async Task PutAsync(string stem, DateTimeOffset at, bool noted, params AgeIdentity[] to)
        {
            await store.PutAsync($"{stem}.dump.age", KeysAtHand.Sealed(new RepositoryKeys(KeysAtHand.Options(to), []), new string('x', 300_000)), PutMode.Replace, Token);
            if (noted) await store.PutAsync($"{stem}.dump.json", Encoding.UTF8.GetBytes($$"""{ "recoveryPoint": "{{at:O}}", "recipients": [{{string.Join(',', to.Select(key => $"\"{key.Recipient}\""))}}] }"""), PutMode.Replace, Token);
        }
        var day = new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);
        await PutAsync("a", day, true, mine);
        await PutAsync("b", day.AddDays(1), true, mine, theirs);
        await PutAsync("c", day.AddDays(2), false, theirs);
        var objects = await SealedObjects.ReadAsync(store, Token);
        Assert.Equal([new Readership($"{mine.Recipient}", 2, day.AddDays(1)), new Readership($"{theirs.Recipient}", 1, day.AddDays(1))], objects.Readerships.OrderByDescending(one => one.Count));
        var verdicts = await KeyCheck.RunAsync(store, objects, new RepositoryKeys(KeysAtHand.Options([], mine.ToSecretText()), [store]), Token);
        Assert.Equal([("a.dump.age", true), ("b.dump.age", true), ("c.dump.age", false)], verdicts.Select(verdict => (verdict.Key, verdict.Closed is null)));
    }

    private KeyRingWriter Writer(AgeIdentity key) => new(store, KeysAtHand.User(key), TimeProvider.System);

    private Task<string> OpenAsync(AgeIdentity key, byte[] stored) => KeysAtHand.OpenedAsync(new RepositoryKeys(KeysAtHand.Options([], key.ToSecretText()), [store]), stored);

    private async Task<IReadOnlyList<string>> AllAsync()
    {
        var all = new List<string>();
        await foreach (var found in store.ListAsync("", _ => { }, Token)) all.Add($"{found.Key} {Convert.ToHexString((await WholeObject.ReadAsync(store, found.Key, KeyRing.Largest, Token))!)}");
        return [.. all.Order(StringComparer.Ordinal)];
    }
}
