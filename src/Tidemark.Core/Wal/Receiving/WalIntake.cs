using Tidemark.Configuration;
using Tidemark.Postgres;
using Tidemark.Postgres.Replication;
using Tidemark.Postgres.Wal;
using Tidemark.Repositories;
using Tidemark.Storage;

namespace Tidemark.Wal.Receiving;

/// <summary>A cluster's WAL on its whole way: from the server into the spool, and from the spool into every store.</summary>
internal sealed class WalIntake(DatabaseAddress address, string stateFolder, WalOptions options, IReadOnlyList<IObjectStore> stores, RepositoryKeys keys, TimeProvider clock, Action<string> remark)
{
    /// <summary>After a stop the stores get what was received; one that is away is not waited for.</summary>
    private static readonly TimeSpan LastWay = TimeSpan.FromSeconds(10);

    private IReadOnlyList<WalShipper> shippers = [];
    private WalSpool? taken;

    public ReceiverState State { get; } = new();

    /// <summary>How each store stands; empty before the first connection.</summary>
    public IReadOnlyList<WalShipper> Shippers => shippers;

    /// <summary>That are not in every store yet; null before the first connection.</summary>
    public long? SpoolBytes => taken?.Bytes;

    /// <summary>Which cluster it is: the spool is its own.</summary>
    /// <exception cref="Fault">7: the server cannot be reached, or lets nobody replicate.</exception>
    public async Task<(ulong System, WalSegmentSize Size)> AskAsync(CancellationToken token)
    {
        try
        {
            await using var connection = await ReplicationConnection.OpenAsync(address, clock, token);
            return ((await connection.IdentifyAsync(token)).SystemIdentifier, await connection.SegmentSizeAsync(token));
        }
        catch (Fault away) when (away.Code == FaultCode.Unreachable && !token.IsCancellationRequested)
        {
            await BringLeftAsync();
            throw;
        }
    }

    /// <summary>Ends by the token, without a fault; what was received lies in the spool, or in the stores already.</summary>
    /// <exception cref="Fault">11: another one receives here. 15, 8: the disk of the spool. 5: the server is another cluster, or has fallen back to an older timeline.</exception>
    public async Task RunAsync(ulong system, WalSegmentSize size, CancellationToken token)
    {
        using var spool = WalSpool.Take(FolderOf(stateFolder, system), size, clock, remark);
        taken = spool;
        using var encoding = new WalEncoding(keys);
        var room = new SpoolRoom(() => spool.Bytes, options.SpoolLimit, State, remark);
        room.Grown();
        shippers = Shipping(spool, room, system, encoding);
        using var shipping = new CancellationTokenSource();
        var ways = shippers.Select(shipper => shipper.RunAsync(shipping.Token)).ToList();
        using var receiving = CancellationTokenSource.CreateLinkedTokenSource(token);
        var running = new WalReceiverRunner(address, options, clock, State, remark).RunAsync(spool, system, room, shippers, receiving.Token);
        try
        {
            // A way that ends by itself has failed in a way that nobody foresaw: nothing more would come into its store.
            var first = await Task.WhenAny([running, .. ways]);
            await receiving.CancelAsync();
            await running.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            await first;
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            // It was told to stop.
        }
        finally
        {
            await shipping.CancelAsync();
            await Task.WhenAll(ways).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            await Task.WhenAll(shippers.Select(shipper => shipper.FinishAsync(LastWay)));
            foreach (var shipper in shippers) shipper.Dispose();
        }
    }

    /// <summary>A server that is gone for good takes nothing with it: what the spools hold of it goes to the stores without it.</summary>
    private async Task BringLeftAsync()
    {
        var all = Path.Combine(stateFolder, "wal");
        foreach (var folder in Directory.Exists(all) ? Directory.GetDirectories(all) : [])
        {
            if (!ulong.TryParse(Path.GetFileName(folder), out var system) || WalSpool.SizeIn(folder) is not { } size) continue;
            try
            {
                using var spool = WalSpool.Take(folder, size, clock, remark);
                using var encoding = new WalEncoding(keys);
                var those = Shipping(spool, new SpoolRoom(() => spool.Bytes, options.SpoolLimit, State, static _ => { }), system, encoding);
                await Task.WhenAll(those.Select(shipper => shipper.FinishAsync(LastWay)));
                foreach (var shipper in those) shipper.Dispose();
            }
            catch (Fault busy) when (busy.Code == FaultCode.Locked)
            {
                // Whoever receives there brings it.
            }
        }
    }

    private IReadOnlyList<WalShipper> Shipping(WalSpool spool, SpoolRoom room, ulong system, WalEncoding encoding)
    {
        var clearing = new SpoolClearing(spool, room, stores.Count, options.DropsSlot, remark);
        return [.. stores.Select(store => new WalShipper(spool, store, system, encoding, clearing, State, options.ShipEvery, clock, remark))];
    }

    public static string FolderOf(string stateFolder, ulong system) => Path.Combine(stateFolder, "wal", $"{system}");
}
