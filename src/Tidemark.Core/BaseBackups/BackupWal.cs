using Tidemark.Configuration;
using Tidemark.Postgres;
using Tidemark.Postgres.Replication;
using Tidemark.Postgres.Wal;
using Tidemark.Repositories;
using Tidemark.Storage;
using Tidemark.Wal;
using Tidemark.Wal.Receiving;

namespace Tidemark.BaseBackups;

/// <summary>The WAL of one backup, where nobody else brings it into the store: received from before the backup's start until its end, through a slot that ends with the connection.</summary>
internal sealed class BackupWal : IAsyncDisposable
{
    private static readonly TimeSpan LastWay = TimeSpan.FromSeconds(10);

    private readonly ReplicationConnection connection;
    private readonly WalSpool spool;
    private readonly WalEncoding encoding;
    private readonly WalShipper shipper;
    private readonly CancellationTokenSource stop = new();
    private readonly Task receiving, shipping;

    private BackupWal(ReplicationConnection connection, WalSpool spool, WalEncoding encoding, WalShipper shipper, Func<CancellationToken, Task> receive)
    {
        (this.connection, this.spool, this.encoding, this.shipper) = (connection, spool, encoding, shipper);
        receiving = Task.Run(() => receive(stop.Token));
        shipping = shipper.RunAsync(stop.Token);
    }

    /// <param name="address">The server.</param>
    /// <param name="slot">A name that no slot has.</param>
    /// <param name="facts">What the backup's session was told.</param>
    /// <param name="stateFolder">The spool lies in it.</param>
    /// <param name="options">Its beat and its limit.</param>
    /// <param name="store">Where to.</param>
    /// <param name="keys">Seal it.</param>
    /// <param name="clock">Of the beat.</param>
    /// <param name="remark">Told what a person should know in passing.</param>
    /// <param name="token">Ends the beginning only.</param>
    /// <exception cref="Fault">7: the server lets nobody replicate. 11: another backup receives. 5: another server answered.</exception>
    public static async Task<BackupWal> BeginAsync(
        DatabaseAddress address, string slot, ClusterFacts facts, string stateFolder, WalOptions options, IObjectStore store, RepositoryKeys keys, TimeProvider clock, Action<string> remark, CancellationToken token)
    {
        var size = new WalSegmentSize(facts.WalSegmentBytes);
        var connection = await ReplicationConnection.OpenAsync(address, clock, token);
        WalSpool? spool = null;
        try
        {
            var identity = await connection.IdentifyAsync(token);
            if (identity.SystemIdentifier != facts.SystemIdentifier) throw Elsewhere(connection, identity.SystemIdentifier, facts);
            spool = WalSpool.Take(FolderOf(stateFolder, facts.SystemIdentifier), size, clock, remark);
            Clear(spool);
            await connection.CreateSlotAsync(slot, temporary: true, token);
            var from = size.StartOf(size.NumberAt((await ReplicationSlot.FindAsync(connection, slot, token))?.Restart ?? identity.Flushed));
            var plan = new ReceivePlan((await BringAsync(connection, spool, identity.Timeline, token)).At(from), from);
            var (encoding, room) = (new WalEncoding(keys), new SpoolRoom(() => spool.Bytes, options.SpoolLimit, new ReceiverState(), remark));
            // Its shipper is told nothing of how far the server is: nobody goes on when the backup has ended, and the store must not look as if somebody did.
            var shipper = new WalShipper(spool, store, facts.SystemIdentifier, encoding, new SpoolClearing(spool, room, 1, drops: false, remark), new ReceiverState(), options.ShipEvery, clock, remark);
            var receiver = new WalReceiver(spool, room, options with { Synchronous = false }, clock, new ReceiverState());
            return new BackupWal(connection, spool, encoding, shipper, stop => FollowAsync(connection, spool, receiver, slot, plan, stop));
        }
        catch
        {
            spool?.Dispose();
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>What is complete is brought at once, and not at the next beat. Throws what ended the receiving; nothing else does before <see cref="DisposeAsync"/>.</summary>
    public Task HurryAsync()
    {
        shipper.Hurry();
        return receiving.IsCompleted ? receiving : Task.CompletedTask;
    }

    /// <summary>What store says why it does not take WAL; null: it does.</summary>
    public string? Failure => shipper.Failure;

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAll(receiving, shipping).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        await shipper.FinishAsync(LastWay);
        shipper.Dispose();
        Clear(spool);
        spool.Dispose();
        encoding.Dispose();
        await connection.DisposeAsync();
        stop.Dispose();
    }

    private static async Task FollowAsync(ReplicationConnection connection, WalSpool spool, WalReceiver receiver, string slot, ReceivePlan plan, CancellationToken token)
    {
        while (true)
        {
            var next = await receiver.RunAsync(connection, slot, plan, isWhole: false, token);
            await BringAsync(connection, spool, next.Timeline, token);
            plan = new ReceivePlan(next.Timeline, spool.Size.StartOf(spool.Size.NumberAt(next.At)));
        }
    }

    private static async Task<TimelineHistory> BringAsync(ReplicationConnection connection, WalSpool spool, TimelineId timeline, CancellationToken token)
    {
        var history = await ServerHistories.ReadAsync(connection, timeline, token);
        await ServerHistories.BringAsync(connection, history, spool, token);
        return history;
    }

    /// <summary>Of the segment that was open nobody was promised anything. What is complete goes to the store, now or at the next backup.</summary>
    private static void Clear(WalSpool spool)
    {
        foreach (var open in spool.Unfinished()) WalSpool.Remove(spool.PathOfOpen(open));
    }

    private static string FolderOf(string stateFolder, ulong system) => Path.Combine(stateFolder, "wal", $"{system}-backup");

    private static Fault Elsewhere(ReplicationConnection connection, ulong found, ClusterFacts facts) => new(FaultCode.Refused, "the connection for WAL reached another cluster than the backup's session")
    {
        Where = connection.Server,
        Why = $"its system identifier is {found}, and the backup's is {facts.SystemIdentifier}",
        Next = "name one server in DATABASE_URL",
    };
}
