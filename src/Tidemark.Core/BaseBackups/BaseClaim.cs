using Tidemark.Storage;

namespace Tidemark.BaseBackups;

/// <summary>The last questions before a manifest is written, when refs are: whether all that the backup needs is there, and stays. A host that slept longer than its backup was waited for learns it here.</summary>
/// <remarks>
/// Refs are written first, then the notes of sweepers are read; a sweeper writes its note first, then reads refs. So one of the two sees the other, whoever is slower.
/// What happens after these questions cannot harm: packs that refs name are not removed while the run counts as alive, and one that was given up cannot write its manifest.
/// </remarks>
internal static class BaseClaim
{
    /// <param name="bases">Where.</param>
    /// <param name="id">Its refs are written.</param>
    /// <param name="writers">Whose tombstones count.</param>
    /// <param name="now">For pins that end.</param>
    /// <param name="token">Cancels.</param>
    /// <exception cref="Fault">4: it was given up. 5: something that it needs is gone, or about to go. 8: the store.</exception>
    public static async Task RequireAsync(BaseStore bases, BaseId id, KnownWriters writers, DateTimeOffset now, CancellationToken token)
    {
        if (await bases.IsRevokedAsync(id, token)) throw bases.GivenUp(id);
        var (refs, packs) = ((await bases.ReadRefsAsync(id, token)).Document, new PackSet());
        await bases.ReadPacksAsync(id, refs, packs.Add, token);
        await RequireParentAsync(bases, refs.Parent, writers, now, token);
        await foreach (var note in bases.Store.ListObjectsAsync(bases.Keys.Doomed, Unseen, token))
            await RequireNoneAsync(bases, note.Key, packs, token);
        await foreach (var stored in bases.Store.ListObjectsAsync(bases.Keys.Packs.All, Unseen, token))
            if (bases.Keys.Packs.IdOf(stored.Key) is { } there && packs.SizeOf(there) is { } size)
            {
                if (stored.Size != size) throw Refused(bases, $"its pack {there} has {stored.Size} bytes there, and {size} were written");
                packs.Remove(there);
            }
        if (packs.Count > 0) throw Refused(bases, $"{packs.Count} of its packs are gone");

        // Nothing may be concluded from what is not seen.
        void Unseen(string why) => throw Refused(bases, why);
    }

    private static async Task RequireParentAsync(BaseStore bases, string? parent, KnownWriters writers, DateTimeOffset now, CancellationToken token)
    {
        if (parent is null || !BaseId.TryParse(parent, out var id)) return;
        var listed = new List<StoredObject>();
        await foreach (var stored in bases.Store.ListObjectsAsync(bases.Keys.Of(id, BaseKeys.Marks), _ => { }, token)) listed.Add(stored);
        var marks = await new BaseMarkReader(bases, writers).ReadAsync(id, listed, token);
        if (marks.Tombstone is not null && !marks.IsPinned(now)) throw Refused(bases, $"the backup it was built on, {parent}, was given up meanwhile");
    }

    private static async Task RequireNoneAsync(BaseStore bases, string note, PackSet packs, CancellationToken token)
    {
        try
        {
            await PackSet.ReadNoteAsync(bases.Store, note, doomed =>
            {
                if (packs.Holds(doomed)) throw Refused(bases, $"pack {doomed}, which it would use again, is being removed");
            }, token);
        }
        catch (Fault over) when (over.Code == FaultCode.NotFound)
        {
            // Its sweeper is done: whether our packs are there is asked next.
        }
    }

    private static Fault Refused(BaseStore bases, string why) => new(FaultCode.Refused, "what this backup needs of the store is not sure to stay")
    {
        Where = bases.Store.Address,
        Why = why,
        Left = "the backup does not exist; earlier ones are as they were",
        Next = "tidemark backup --kind base # once more",
    };
}
