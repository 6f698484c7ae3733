using Tidemark.Codecs.Age;
using Tidemark.Processes;
using Tidemark.Storage;

namespace Tidemark.Repositories;

/// <summary>Changes a key ring. At every moment, and after every kill, each key in it opens for somebody: a wrapped key is replaced whole, and its note follows.</summary>
internal sealed class KeyRingWriter(IObjectStore store, UserKeys user, TimeProvider clock)
{
    /// <summary>The identity that is added. Writers of several stores share it: each store opens alone what is encrypted to it.</summary>
    public Lazy<AgeIdentity> Fresh { get; init; } = new(AgeIdentity.Generate);

    /// <summary>A new identity, wrapped to these; a store that was none is a repository from then on.</summary>
    public async Task<WrappedIdentity> AddIdentityAsync(IReadOnlyList<AgeRecipient> recipients, CancellationToken token)
    {
        await RepositoryMark.EnsureAsync(store, token);
        var made = new WrappedIdentity(Fresh.Value, recipients, clock.GetUtcNow());
        await WriteAsync(made, PutMode.IfAbsent, token);
        return made;
    }

    /// <summary>The identities of another store's ring, for a store that has none.</summary>
    public async Task<IReadOnlyList<WrappedIdentity>> JoinAsync(IReadOnlyList<WrappedIdentity> others, CancellationToken token)
    {
        await RepositoryMark.EnsureAsync(store, token);
        foreach (var key in others) await WriteAsync(key, PutMode.IfAbsent, token);
        return others;
    }

    /// <summary>A new identity for the same recipients as the one that is written to now; the old ones stay.</summary>
    /// <param name="writtenTo">What hosts that write are configured with. The store is not asked for it: whoever can write there could name himself.</param>
    /// <param name="token">Counts until the first write.</param>
    public async Task<WrappedIdentity> RotateIdentityAsync(IReadOnlyList<AgeRecipient> writtenTo, CancellationToken token)
    {
        var now = (await OpenedAsync(token)).FirstOrDefault(key => writtenTo.Any(recipient => $"{recipient}" == $"{key.Identity.Recipient}"))
            ?? throw new Fault(FaultCode.Keys, "it is not known which key of the ring is written to now")
            {
                Where = store.Address,
                Why = writtenTo.Count == 0 ? "BACKUP_ENCRYPT_TO is not set here; the store itself is not trusted with that" : "BACKUP_ENCRYPT_TO names no key of this ring",
                Next = "export BACKUP_ENCRYPT_TO=age1… # as on the hosts that write",
            };
        return await AddIdentityAsync(now.Recipients, token);
    }

    /// <summary>Wraps every key of the ring anew.</summary>
    /// <param name="change">From the recipients of a key to those it gets.</param>
    /// <param name="token">Stops between two keys: those before are changed, those after are not.</param>
    /// <exception cref="Fault">9: a key of the ring does not open. 5: nobody would be left. 8: the store. Before the last nothing was changed.</exception>
    public async Task<IReadOnlyList<WrappedIdentity>> RewrapAsync(Func<IReadOnlyList<AgeRecipient>, IReadOnlyList<AgeRecipient>> change, CancellationToken token)
    {
        var changed = (await OpenedAsync(token)).Select(key => key with { Recipients = change(key.Recipients) }).ToList();
        if (changed.Any(key => key.Recipients.Count == 0))
            throw new Fault(FaultCode.Refused, "the last recipient of a key ring is not removed: nobody could open what is encrypted to it") { Where = store.Address, Next = "tidemark keys add RECIPIENT # first the one that is to stay" };
        foreach (var key in changed) await WriteAsync(key, PutMode.Replace, token);
        return changed;
    }

    /// <summary>The newest first, at least one.</summary>
    /// <exception cref="Fault">9: not all of them open. 4: there is none.</exception>
    public async Task<IReadOnlyList<WrappedIdentity>> OpenedAsync(CancellationToken token)
    {
        var ring = await KeyRing.ReadAsync(store, user, token);
        if (ring.Unread.Count > 0 || ring.Keys.Any(key => key.Opened is null))
            throw new Fault(FaultCode.Keys, "the key ring does not open, so it cannot be wrapped anew")
            {
                Where = store.Address,
                Why = string.Join("; ", ring.Unread.Concat(ring.Keys.Where(key => key.Opened is null).Select(key => $"key {key.Id} is wrapped to {(key.Note is { } note ? string.Join(", ", note.Recipients) : "somebody who is not noted")}, and BACKUP_IDENTITY is not of them"))),
                Next = "export BACKUP_IDENTITY=PATH # to the identity file of one of them",
            };
        return ring.Keys.Count > 0 ? [.. ring.Keys.Select(key => key.Opened!)] : throw new Fault(FaultCode.NotFound, "the store has no key ring") { Where = store.Address, Next = "tidemark keys add RECIPIENT # makes one" };
    }

    private async Task WriteAsync(WrappedIdentity key, PutMode mode, CancellationToken token)
    {
        var id = RingKey.IdOf(key.Identity.Recipient);
        var (place, bytes) = ($"{KeyRing.Folder}{id}{KeyRing.WrappedSuffix}", key.Seal());
        await store.PutAsync(place, bytes, mode, token);
        // Two who change it at the same moment do not know of each other: whoever comes second must not believe that both changes hold.
        var stored = await WholeObject.ReadAsync(store, place, KeyRing.Largest, token);
        if (!bytes.AsSpan().SequenceEqual(stored))
            throw new Fault(FaultCode.Store, "somebody else changed the key ring at the same moment") { Where = $"{place} in {store.Address}", Left = "their change; it may lack yours", Next = $"tidemark keys list # in {ShellWord.Quote(store.Address)}; then say yours again" };
        var note = new RingNote { PublicKey = $"{key.Identity.Recipient}", Recipients = [.. key.Recipients.Select(recipient => $"{recipient}")], Created = key.Created, Wrapped = clock.GetUtcNow() };
        await store.PutAsync($"{KeyRing.Folder}{id}{KeyRing.NoteSuffix}", note.ToBytes(), PutMode.Replace, token);
    }
}
