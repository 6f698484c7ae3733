using System.Collections.Concurrent;
using Tidemark.Configuration;
using Tidemark.Dumps;
using Tidemark.Files;
using Tidemark.Journal;
using Tidemark.Protection;
using Tidemark.Runs;

namespace Tidemark.Notifications;

/// <summary>Looks at stores and journal for what people should hear of. Never asks a server, and changes nothing.</summary>
/// <remarks>A store that is no folder costs requests: what was seen in it is judged again by the clock until it is looked at anew.</remarks>
internal sealed class SurveyReader(DumpStores stores, ProtectionReader protection, PruneRun retention, ObjectiveOptions objectives, string? configured, TimeProvider clock)
{
    /// <summary>Between two looks into a store that is no folder, where nothing has run in between.</summary>
    private static readonly TimeSpan FarAway = TimeSpan.FromMinutes(15);

    /// <summary>A look that takes longer is no slow one.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<DumpStore, bool> silent = new();
    private Task? looking;
    private long begun;
    private ProtectionLook? seen;
    private Survey ofStores = new();
    private DateTimeOffset lookedAt;

    /// <param name="fresh">Something has run: what was seen may be old.</param>
    /// <param name="patience">How long to wait for the stores. One that hangs must not keep people from hearing that backups to it fail; its look goes on, and is in a later answer.</param>
    /// <param name="token">Cancels.</param>
    public async Task<Survey> ReadAsync(bool fresh, TimeSpan patience, CancellationToken token)
    {
        if (looking is null && (fresh || seen is null || stores.All.All(store => store.Folder is not null) || (clock.GetUtcNow() - lookedAt).Duration() >= FarAway)) looking = Begin(token);
        if (looking is { } look)
        {
            await Task.WhenAny(look, Task.Delay(patience, clock, token));
            if (look.IsCompleted)
            {
                looking = null;
                await look;
            }
        }
        return ofStores.And(Hanging()).And(Judged());
    }

    private Task Begin(CancellationToken token)
    {
        (lookedAt, begun) = (clock.GetUtcNow(), clock.GetTimestamp());
        foreach (var store in stores.All) silent[store] = true;
        return Task.Run(() => LookAsync(token), token);
    }

    private async Task LookAsync(CancellationToken token)
    {
        List<Condition> room = [];
        try
        {
            room = [.. stores.All.Select(store => store.Folder).OfType<string>().Select(folder => StoreConditions.Room(folder, FreeSpace.UsedShare(folder))).OfType<Condition>()];
            var looks = await stores.LookEachAsync(token, store => silent.TryRemove(store, out _));
            seen = await protection.LookAsync(DumpStores.Together(looks), token);
            var whole = looks.All(look => look.Unseen.Count == 0);
            List<Condition> prune = whole ? [.. PruneConditions.Of(await retention.PlanAsync(looks, null, token), seen.History.LastSucceeded)] : [];
            ofStores = new Survey { Conditions = [.. room, .. StoreConditions.Unreachable(looks), .. prune], LookedAt = new HashSet<string>([Cause.StoreFilling, Cause.StoreUnreachable, .. whole ? PruneConditions.Causes : []]) };
        }
        catch (Fault dead)
        {
            // None of them can be read: what was seen before is judged on.
            ofStores = new Survey { Conditions = [.. room, .. stores.All.Select(store => StoreConditions.Unreachable(store.Address, dead.InOneLine))], LookedAt = new HashSet<string>([Cause.StoreFilling, Cause.StoreUnreachable]) };
        }
    }

    /// <summary>Stores that have not answered for long: as good as none.</summary>
    private Survey Hanging()
    {
        if (looking is null || clock.GetElapsedTime(begun) is var waited && waited < Silence) return new Survey();
        return new Survey
        {
            Conditions = [.. stores.All.Where(store => silent.ContainsKey(store)).Select(store => StoreConditions.Unreachable(store.Address, $"the store {store.Address} has not answered since {lookedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z"))],
            LookedAt = new HashSet<string>([Cause.StoreUnreachable]),
        };
    }

    private Survey Judged()
    {
        if (seen is null) return new Survey();
        var report = protection.Judge(seen with { At = clock.GetUtcNow(), History = RunHistory.Read(stores.State) }, configured, null);
        return new Survey
        {
            Conditions = [.. ProtectionConditions.Of(report, objectives)],
            // What lies in a part that cannot be read may be the newest backup: nothing is over because it is not seen.
            LookedAt = seen.Listing.Unseen.Count == 0 ? new HashSet<string>(ProtectionConditions.Causes(objectives)) : new HashSet<string>(),
            Recovery = ProtectionConditions.Standings(report),
        };
    }
}
