using System.Security.Cryptography;
using System.Text;
using Tidemark.Storage;

namespace Tidemark.BaseBackups.Sweeping;

/// <summary>Removes what no base backup of one life needs, in two steps a grace time apart; gives up runs that were not heard of so long.</summary>
/// <remarks>
/// Safety rests on what is written, never on a lease or on clocks that agree: a pack goes when two looks a grace time apart found nothing that needs it, and when,
/// after a note has said that it goes, a last look still finds nothing (<see cref="BaseClaim"/> has the other half).
/// </remarks>
/// <param name="bases">Where.</param>
/// <param name="writers">Whose tombstones count.</param>
/// <param name="writer">Signs what gives a run up.</param>
/// <param name="grace">Between the two steps.</param>
/// <param name="by">user@host.</param>
/// <param name="clock">Tells when a look is old.</param>
internal sealed class SweepRunner(BaseStore bases, KnownWriters writers, WriterKey writer, TimeSpan grace, string by, TimeProvider clock)
{
    /// <summary>A lease that was not taken anew for so long was left behind. It saves work alone.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(30);

    /// <summary>Removal goes on by a look no longer than this: the host may have been stopped meanwhile.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(5);

    /// <summary>Of the notes of one grace time, so many are kept.</summary>
    private const int Notes = 7;

    private readonly SweepLooker looker = new(bases, writers, grace);
    private readonly ObjectRemoval removal = new(bases.Store);

    private IObjectStore Store => bases.Store;

    /// <exception cref="Fault">8: the store.</exception>
    public async Task<SweepReport> RunAsync(CancellationToken token)
    {
        var now = await NowAsync(token);
        if (!await TakeLeaseAsync(now, token)) return SweepReport.Busy;
        try
        {
            var look = await looker.LookAsync(now, token);
            var givenUp = await GiveUpAsync(look.Silent, token);
            var doomed = look.Blind is null ? await DoomedAsync(look, now, token) : [];
            var removed = doomed.Count == 0 ? [] : await RemovePacksAsync(doomed, token);
            var backups = await RemoveBackupsAsync(look.Backups, token);
            var waiting = look.Packs.Keys.Except(removed).ToList();
            string?[] held = [look.Blind is { } blind ? $"no pack goes: {blind}" : null, removal.Why];
            return new SweepReport(removed.Count, removed.Sum(id => look.Packs[id]), backups, givenUp, waiting.Count, waiting.Sum(id => look.Packs[id]), removal.Refused, [.. held.OfType<string>()]);
        }
        finally
        {
            await new ObjectRemoval(Store).TryAsync(bases.Keys.SweepLease, CancellationToken.None);
        }
    }

    /// <summary>By the store's clock.</summary>
    private async Task<DateTimeOffset> NowAsync(CancellationToken token)
    {
        await Store.PutAsync(bases.Keys.Clock, Encoding.ASCII.GetBytes(by), PutMode.Replace, token);
        return (await Store.FindAsync(bases.Keys.Clock, token))?.Written ?? throw new Fault(FaultCode.Store, "the store does not hold what it took") { Where = $"{bases.Keys.Clock} in {Store.Address}", Next = $"tidemark store check {Store.Address}" };
    }

    private async Task<bool> TakeLeaseAsync(DateTimeOffset now, CancellationToken token)
    {
        var mine = Encoding.ASCII.GetBytes(by);
        if (await Store.PutAsync(bases.Keys.SweepLease, mine, PutMode.IfAbsent, token)) return true;
        if (await Store.FindAsync(bases.Keys.SweepLease, token) is { } other && now - other.Written < Lease) return false;
        return await Store.PutAsync(bases.Keys.SweepLease, mine, PutMode.Replace, token);
    }

    /// <summary>From here on these can never be complete, whoever wakes.</summary>
    private async Task<IReadOnlyList<string>> GiveUpAsync(IReadOnlyList<BaseEntry> silent, CancellationToken token)
    {
        var givenUp = new List<string>();
        foreach (var entry in silent)
            if (await bases.RevokeAsync(entry.Id, new BaseRevocation { Id = entry.Id.Text, At = clock.GetUtcNow(), By = by }, writer, token)) givenUp.Add(entry.Id.Text);
        return givenUp;
    }

    /// <summary>Of what nothing needs now, what nothing needed a grace time ago either. Notes what that is now, for the next time.</summary>
    private async Task<IReadOnlyList<string>> DoomedAsync(SweepLook look, DateTimeOffset now, CancellationToken token)
    {
        var notes = new List<StoredObject>();
        await foreach (var note in Store.ListObjectsAsync(bases.Keys.Unneeded, _ => { }, token)) notes.Add(note);
        if (!notes.Exists(note => now - note.Written < grace / Notes)) await WriteNoteAsync(bases.Keys.Unneeded, look.Packs.Keys, token);
        if (notes.Where(note => note.Written + grace <= now).MaxBy(note => note.Written) is not { } before) return [];
        var doomed = new List<string>();
        await PackSet.ReadNoteAsync(Store, before.Key, id =>
        {
            if (look.Packs.ContainsKey(id)) doomed.Add(id);
        }, token);
        foreach (var older in notes.Where(note => note.Written < before.Written)) await removal.TryAsync(older.Key, token);
        return doomed;
    }

    private async Task<IReadOnlyList<string>> RemovePacksAsync(IReadOnlyList<string> doomed, CancellationToken token)
    {
        await ClearNotesAsync(token);
        var note = await WriteNoteAsync(bases.Keys.Doomed, doomed, token);
        var removed = new List<string>();
        var (look, looked) = (await AgainAsync(token), clock.GetUtcNow());
        // What is locked must not stand before what is not, prune after prune.
        foreach (var id in RandomOrder(doomed))
        {
            if (clock.GetUtcNow() - looked is var age && (age > Fresh || age < TimeSpan.Zero))
            {
                note = await WriteNoteAsync(bases.Keys.Doomed, doomed, token);
                (look, looked) = (await AgainAsync(token), clock.GetUtcNow());
            }
            if (look.Blind is null && look.Packs.ContainsKey(id) && await removal.TryAsync(bases.Keys.Packs.Key(id), token)) removed.Add(id);
            if (removal.IsOver) break;
        }
        await removal.TryAsync(note, token);
        return removed;
    }

    private async Task<SweepLook> AgainAsync(CancellationToken token) => await looker.LookAsync(await NowAsync(token), token);

    /// <summary>Of sweepers that were killed.</summary>
    private async Task ClearNotesAsync(CancellationToken token)
    {
        var now = await NowAsync(token);
        await foreach (var note in Store.ListObjectsAsync(bases.Keys.Doomed, _ => { }, token))
            if (now - note.Written > Lease) await removal.TryAsync(note.Key, token);
    }

    /// <summary>The manifest first: what is left of a removal that was killed is no backup. What says that a run was given up stays for ever, so that its host may sleep as long as it likes.</summary>
    private async Task<IReadOnlyList<string>> RemoveBackupsAsync(IReadOnlyList<BaseEntry> over, CancellationToken token)
    {
        var gone = new List<string>();
        foreach (var entry in over)
        {
            var keys = new List<string>();
            await foreach (var stored in Store.ListObjectsAsync(bases.Keys.Of(entry.Id, ""), _ => { }, token)) keys.Add(stored.Key);
            string Name(string key) => bases.Keys.Parse(key)?.Name ?? key;
            bool IsTombstone(string key) => key.EndsWith($"-{BaseMark.Tombstone}", StringComparison.Ordinal);
            var order = keys.Where(key => !(entry.IsRevoked && Name(key) == BaseKeys.Manifest)).OrderBy(key => IsTombstone(key)).ThenBy(key => Name(key) != BaseKeys.Manifest).ToList();
            var all = order.Count > 0;
            foreach (var key in order) all = all && await removal.TryAsync(key, token);
            if (all && !entry.IsRevoked) gone.Add(entry.Id.Text);
        }
        return gone;
    }

    private async Task<string> WriteNoteAsync(string under, IEnumerable<string> ids, CancellationToken token)
    {
        var text = new StringBuilder();
        foreach (var id in ids) text.Append(id).Append('\n');
        var key = $"{under}{RandomNumberGenerator.GetHexString(16, lowercase: true)}";
        await Store.PutAsync(key, Encoding.ASCII.GetBytes(text.ToString()), PutMode.IfAbsent, token);
        return key;
    }

    private static string[] RandomOrder(IReadOnlyList<string> ids)
    {
        string[] order = [.. ids];
        RandomNumberGenerator.Shuffle(order.AsSpan());
        return order;
    }
}
