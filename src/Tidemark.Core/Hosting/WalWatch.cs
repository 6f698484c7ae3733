using Tidemark.Notifications;
using Tidemark.Storage;
using Tidemark.Wal;
using Tidemark.Wal.Receiving;

namespace Tidemark.Hosting;

/// <summary>What the service knows of the WAL in its stores: from its own receiver, and where that has told a store nothing yet, from the store.</summary>
internal sealed class WalWatch : IAsyncDisposable
{
    /// <remarks>A look is some requests. Where there is WAL its age is told by it, so no look may be older than people allow WAL to be.</remarks>
    private static readonly TimeSpan Near = TimeSpan.FromSeconds(15), Far = TimeSpan.FromMinutes(1), FarAndNone = TimeSpan.FromMinutes(15), Patience = TimeSpan.FromSeconds(3);

    private readonly Workbench workbench;
    private readonly WalService service;
    private readonly Glance<IReadOnlyList<StoreReach>> stores;
    private readonly Glance<WalServer> server;
    private readonly DateTimeOffset begun;

    public WalWatch(Workbench workbench, WalService service)
    {
        (this.workbench, this.service, begun) = (workbench, service, workbench.Clock.GetUtcNow());
        var isFar = workbench.Options.Stores.Any(store => store.Kind != StoreKind.Folder);
        stores = new Glance<IReadOnlyList<StoreReach>>(token => WalReachReader.ReadEachAsync(workbench.Stores.Objects, token),
            seen => !isFar ? Near : workbench.Options.Wal.IsReceived || seen.Found is not { } found || found.Any(one => one.Incarnation is not null || one.Failure is not null) ? Far : FarAndNone, Patience, workbench.Clock);
        server = new Glance<WalServer>(token => WalServer.ReadAsync(workbench.Database, token), _ => Near, Patience, workbench.Clock);
    }

    /// <summary>From which age of WAL on people hear of it; null: none is received here.</summary>
    public TimeSpan? Limit => IsReceived ? WalConditions.Limit(workbench.Options.Wal.ShipEvery, Rpo) : null;

    private bool IsReceived => workbench.Options is { Wal.IsReceived: true, Database: not null };

    /// <summary>An objective that only follows from a schedule is about backups.</summary>
    private TimeSpan? Rpo => workbench.Options.Objectives is { RpoIsOfSchedule: false, Rpo: { } said } ? said : null;

    /// <summary>Within a few seconds.</summary>
    public async Task<WalSight> SeeAsync(CancellationToken token)
    {
        var (reaches, held) = (ReachesAsync(token), IsReceived ? server.SeeAsync(null, token) : null);
        await Task.WhenAll(reaches, held ?? Task.CompletedTask);
        return new WalSight(await reaches, IsReceived, service.Intake?.State.Report, service.Failure, service.Intake?.SpoolBytes, held is not null && await held is { IsWhole: true, Found: { } found } ? found : null);
    }

    /// <summary>What people should hear of. Where WAL is not received any more, what was told of it is over.</summary>
    public async Task<Survey> SurveyAsync(CancellationToken token)
    {
        if (Limit is not { } limit) return WalConditions.Of([], default, null, [], begun, workbench.Clock.GetUtcNow());
        var reaches = await ReachesAsync(token);
        string[] troubles = service.Failure is { } failure ? [$"not received: {failure}"] : [];
        return WalConditions.Of(reaches, limit, Rpo, troubles, begun, workbench.Clock.GetUtcNow());
    }

    public async ValueTask DisposeAsync()
    {
        await stores.DisposeAsync();
        await server.DisposeAsync();
    }

    private async Task<IReadOnlyList<StoreReach>> ReachesAsync(CancellationToken token)
    {
        List<StoreReach> shipped = [.. (service.Intake?.Shippers ?? []).Select(shipper => new StoreReach(shipper.Address, null, shipper.Reach, shipper.Failure))];
        if (shipped.Count > 0 && shipped.All(one => one.Reach is not null)) return shipped;
        var seen = await stores.SeeAsync(null, token);
        return Together([.. workbench.Options.Stores.Select(address => address.ToString())], shipped, seen);
    }

    /// <summary>What the receiver has told a store is the newest that is there.</summary>
    public static IReadOnlyList<StoreReach> Together(IReadOnlyList<string> addresses, IReadOnlyList<StoreReach> shipped, Seen<IReadOnlyList<StoreReach>> seen)
    {
        return [.. addresses.Select(Of)];

        StoreReach Of(string address)
        {
            var stored = seen.Found?.FirstOrDefault(one => one.Store == address) ?? new StoreReach(address, null, null, null);
            var ours = shipped.FirstOrDefault(one => one.Store == address);
            return stored with { Reach = ours?.Reach ?? stored.Reach, Failure = ours?.Failure ?? stored.Failure ?? (seen.Overdue ? "the store does not answer" : null) };
        }
    }
}

/// <summary>A look at WAL.</summary>
/// <param name="Stores">Up to when each holds every commit.</param>
/// <param name="IsReceived">Here, by this service.</param>
/// <param name="Report">Of the receiver; null: it has not begun.</param>
/// <param name="Failure">Why nothing is received; null: nothing has gone wrong.</param>
/// <param name="SpoolBytes">Null: there is no spool yet.</param>
/// <param name="Server">Where it is in its log; null: it is not received, or cannot be asked now.</param>
internal sealed record WalSight(IReadOnlyList<StoreReach> Stores, bool IsReceived, ReceiverReport? Report, string? Failure, long? SpoolBytes, WalServer? Server);
