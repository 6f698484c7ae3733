using Tidemark.Configuration;
using Tidemark.Postgres;
using Tidemark.Postgres.Replication;
using Tidemark.Postgres.Wal;

namespace Tidemark.Wal.Receiving;

/// <summary>Receives a cluster's WAL until it is stopped: from whichever of its servers is the primary, over switches of timelines and lost connections.</summary>
/// <param name="address">The servers; of several the one that is the primary.</param>
/// <param name="options">Slot, limits, beat.</param>
/// <param name="clock">Pauses go by it.</param>
/// <param name="state">Told how it stands.</param>
/// <param name="remark">Told what a person should know in passing.</param>
internal sealed class WalReceiverRunner(DatabaseAddress address, WalOptions options, TimeProvider clock, ReceiverState state, Action<string> remark)
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1), LongestPause = TimeSpan.FromSeconds(30);

    private readonly SlotLimit limit = new(address, options, clock, state, remark);

    /// <summary>Ends by the token, or with a fault that no waiting mends.</summary>
    /// <param name="spool">Of this cluster.</param>
    /// <param name="system">The cluster's system identifier.</param>
    /// <param name="room">Of the spool.</param>
    /// <param name="shippers">Asked how far the stores go, where the spool does not say it.</param>
    /// <param name="token">Stops it.</param>
    public async Task RunAsync(WalSpool spool, ulong system, SpoolRoom room, IReadOnlyList<WalShipper> shippers, CancellationToken token)
    {
        var pause = ShortestPause;
        while (true)
        {
            var begun = clock.GetTimestamp();
            try
            {
                using var ending = CancellationTokenSource.CreateLinkedTokenSource(token);
                var following = FollowAsync(spool, system, room, shippers, ending.Token);
                var exceeded = limit.ExceededAsync(ending.Token);
                var first = await Task.WhenAny(following, exceeded);
                await ending.CancelAsync();
                await Task.WhenAll(following, exceeded).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
                await first;
                // Only the limit comes back by itself. What is not received now waits for room first, or the slot would be over it again.
                await limit.DropAsync(token);
                await room.WaitAsync(token);
            }
            catch (Fault passing) when (MayPass(passing) && !token.IsCancellationRequested)
            {
                if (clock.GetElapsedTime(begun) > LongestPause) pause = ShortestPause;
                state.Failed(passing.InOneLine);
                remark($"not receiving: {passing.InOneLine}; tried again in {pause.TotalSeconds:0} s");
                await Task.Delay(pause, clock, token);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }

    /// <summary>Who waits long enough may see it mended; a disk that failed, or another cluster, is not.</summary>
    private static bool MayPass(Fault fault) => fault.Transient || fault.Code.ExitCode is 7 or 11;

    private async Task FollowAsync(WalSpool spool, ulong system, SpoolRoom room, IReadOnlyList<WalShipper> shippers, CancellationToken token)
    {
        await using var connection = await ConnectAsync(spool, system, shippers, token);
        var (reserved, isRenewed) = (await ReplicationSlot.EnsureAsync(connection, options.Slot, remark, token), false);
        if (options.Synchronous && connection.IsOnThisMachine) remark("the server runs on this machine: commits that it confirms are lost with the machine where no store has them yet. BACKUP_WAL_SYNCHRONOUS promises no loss at all only from another machine");
        var have = await HaveAsync(spool, reserved, shippers, token);
        // Asked last: another receiver may bring to the stores what the server writes meanwhile.
        var server = await PositionAsync(connection, token);
        await ServerHistories.BringAsync(connection, server.History, spool, token);
        var plan = ReceivePlan.Of(server, have, reserved, spool.Size);
        while (true)
        {
            if (plan.Remark is { } told) remark(told);
            spool.CutOff(WalSegmentName.At(plan.Timeline, plan.From, spool.Size));
            remark($"receiving from {connection.Server}, timeline {plan.Timeline.Value}, from {plan.From} on");
            try
            {
                var isWhole = !server.Standby && plan.Timeline == server.History.Timeline;
                var next = await new WalReceiver(spool, room, options, clock, state).RunAsync(connection, options.Slot, plan, isWhole, token);
                server = await PositionAsync(connection, token);
                await ServerHistories.BringAsync(connection, server.History, spool, token);
                plan = new ReceivePlan(next.Timeline, spool.Size.StartOf(spool.Size.NumberAt(next.At)), $"timeline {plan.Timeline.Value} ended at {next.At}; {next.Timeline.Value} follows");
            }
            catch (Fault removed) when (ServerHistories.IsGone(removed) && plan.From < reserved)
            {
                plan = ReceivePlan.AfterGap(server, plan, reserved, spool.Size);
            }
            catch (Fault useless) when (ReplicationSlot.IsGivenUp(useless) && !isRenewed)
            {
                await ReplicationSlot.GiveUpAsync(connection, options.Slot, useless.Why!, remark, token);
                (reserved, isRenewed) = (await ReplicationSlot.EnsureAsync(connection, options.Slot, remark, token), true);
            }
        }
    }

    /// <summary>A server that was set back in time is marked in the stores where no other one is fit: who reads there must not follow what it writes from then on.</summary>
    private async Task<ReplicationConnection> ConnectAsync(WalSpool spool, ulong system, IReadOnlyList<WalShipper> shippers, CancellationToken token)
    {
        WalPosition? setBack = null;
        try
        {
            return await ReplicationConnection.OpenAsync(address, clock, (candidate, asked) => UnfitAsync(candidate, spool, system, shippers, seen => setBack = seen, asked), token);
        }
        catch (Fault unfit) when (unfit.Code == FaultCode.Refused && setBack is not null)
        {
            foreach (var shipper in shippers) await shipper.MarkConflictAsync(setBack.Value, token);
            throw;
        }
    }

    /// <summary>An old primary that is back must not keep us from the right one; so nothing is written or made on a server before this was asked.</summary>
    private async Task<Fault?> UnfitAsync(ReplicationConnection candidate, WalSpool spool, ulong system, IReadOnlyList<WalShipper> shippers, Action<WalPosition> setBack, CancellationToken token)
    {
        var identity = await candidate.IdentifyAsync(token);
        if (identity.SystemIdentifier != system) return WrongCluster(candidate.Server, identity.SystemIdentifier, system);
        var have = spool.End ?? await StoredAsync(null, shippers, token);
        var position = await PositionAsync(candidate, token);
        try
        {
            _ = ReceivePlan.Of(position, have, null, spool.Size);
            return null;
        }
        catch (Fault unfit)
        {
            if (ReceivePlan.IsSetBack(position, have)) setBack(new WalPosition(position.History.Timeline, position.Flushed));
            return unfit;
        }
    }

    private static async Task<ServerPosition> PositionAsync(ReplicationConnection connection, CancellationToken token)
    {
        var identity = await connection.IdentifyAsync(token);
        var standby = await connection.IsInRecoveryAsync(token);
        return new ServerPosition(await ServerHistories.ReadAsync(connection, identity.Timeline, token), identity.Flushed, standby, connection.Server);
    }

    /// <summary>A spool that is empty, or behind the slot, was lost or cleared: then the stores say how far it went. One that is away cannot.</summary>
    private async Task<WalPosition?> HaveAsync(WalSpool spool, Lsn reserved, IReadOnlyList<WalShipper> shippers, CancellationToken token)
    {
        return spool.End is { } own && own.End >= spool.Size.StartOf(spool.Size.NumberAt(reserved)) ? own : await StoredAsync(spool.End, shippers, token);
    }

    /// <summary>How far any of the stores goes, or what is known already, where that is further.</summary>
    private async Task<WalPosition?> StoredAsync(WalPosition? known, IReadOnlyList<WalShipper> shippers, CancellationToken token)
    {
        var furthest = known;
        foreach (var shipper in shippers)
        {
            try
            {
                if (await shipper.EndAsync(token) is { } end && (furthest is not { } before || end.IsFurtherThan(before))) furthest = end;
            }
            catch (Fault away)
            {
                remark($"it cannot be seen how far this store goes: {away.InOneLine}");
            }
        }
        return furthest;
    }

    private static Fault WrongCluster(string server, ulong found, ulong wanted) => new(FaultCode.Refused, "the server runs another cluster")
    {
        Where = server,
        Why = $"its system identifier is {found}; that of the WAL received so far is {wanted}",
        Left = "what was received is still there",
        Next = "check the hosts in DATABASE_URL; a new cluster needs a BACKUP_DIR, or a cluster name, of its own",
    };
}
