using Tidemark.Storage;

namespace Tidemark.Repositories;

/// <summary>The identities of a repository as they lie in its store: <c>keys/ID.age</c>, wrapped to the users' recipients, and <c>keys/ID.json</c> beside each.</summary>
/// <param name="Keys">The newest first.</param>
/// <param name="Unread">A sentence for each that could not be read.</param>
internal sealed record KeyRing(IReadOnlyList<RingKey> Keys, IReadOnlyList<string> Unread)
{
    public const string Folder = "keys/", WrappedSuffix = ".age", NoteSuffix = ".json";

    /// <summary>Bytes of a key or a note: far above what a thousand recipients take.</summary>
    public const int Largest = 1024 * 1024;

    /// <summary>An empty one where the store has none.</summary>
    /// <param name="store">Where it lies.</param>
    /// <param name="user">Asked only where there is a key; null: nothing is opened.</param>
    /// <param name="token">Stops between two.</param>
    /// <exception cref="Fault"><see cref="FaultCode.Store"/> (8); <see cref="FaultCode.KeyUnusable"/> (9): the user's keys cannot be used at all.</exception>
    public static async Task<KeyRing> ReadAsync(IObjectStore store, UserKeys? user, CancellationToken token)
    {
        await RepositoryMark.ReadAsync(store, token);
        var (keys, unread, found) = (new List<RingKey>(), new List<string>(), new HashSet<string>(StringComparer.Ordinal));
        await foreach (var stored in store.ListObjectsAsync(Folder, unread.Add, token)) found.Add(stored.Key);
        foreach (var key in found.Where(key => key.EndsWith(WrappedSuffix, StringComparison.Ordinal) && !key[Folder.Length..].Contains('/')).Order(StringComparer.Ordinal))
        {
            var id = key[Folder.Length..^WrappedSuffix.Length];
            var note = found.Contains(Folder + id + NoteSuffix) ? RingNote.Read(await WholeObject.ReadAsync(store, Folder + id + NoteSuffix, Largest, token) ?? []) : null;
            try
            {
                var opened = user is null ? null : WrappedIdentity.Open(await WholeObject.ReadAsync(store, key, Largest, token) ?? throw new InvalidDataException($"it has more than {Largest} bytes"), user);
                // Anybody can wrap an identity of their own to a public key; it must not pass for one of ours.
                if (opened is not null && RingKey.IdOf(opened.Identity.Recipient) != id) throw new InvalidDataException("what it holds is another key than its name says");
                keys.Add(new RingKey(id, opened, note));
            }
            catch (InvalidDataException damaged)
            {
                unread.Add($"{key} in {store.Address} cannot be used: {damaged.Message}");
            }
        }
        return new KeyRing([.. keys.OrderByDescending(key => key.Opened?.Created ?? key.Note?.Created)], unread);
    }
}
