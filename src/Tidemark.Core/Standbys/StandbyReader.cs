using Npgsql;
using Tidemark.Postgres;

namespace Tidemark.Standbys;

/// <summary>Looks at a standby from both sides, and sends a row to measure it by.</summary>
internal sealed class StandbyReader(PostgresBinaries binaries, TimeProvider clock)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <param name="record">Which.</param>
    /// <param name="sides">Its databases.</param>
    /// <param name="patience">How long the row may travel before the standby is called behind.</param>
    /// <param name="whole">Sequences are set ahead too, and schemas compared.</param>
    /// <param name="token">Cancels.</param>
    public async Task<StandbyReport> ReadAsync(StandbyRecord record, StandbySides sides, TimeSpan patience, bool whole, CancellationToken token)
    {
        List<Trouble> troubles = [];
        await using var primary = await TryOpenAsync("primary", sides.Primary, troubles, token);
        await using var standby = await TryOpenAsync("standby", sides.Standby, troubles, token);
        var lives = record.Phase is StandbyPhase.Streaming or StandbyPhase.Promoting;
        var travel = lives && primary is not null && standby is not null ? await TravelAsync(record, primary, standby, patience, token) : null;
        var slot = primary is null ? null : await PrimaryLook.ReadAsync(record, primary, token);
        var subscription = standby is null ? null : await SubscriptionLook.ReadAsync(record, standby, token);

        // What came last says how far behind it is, by the clock of the primary alone.
        var lag = travel ?? (lives && slot is not null && subscription?.Beat is { } beat ? slot.Now - beat : null);
        var stalled = lives && primary is not null && standby is not null && travel is null;
        if (record.Phase != StandbyPhase.Promoted) troubles.AddRange(StandbyJudgement.Troubles(record, slot, subscription, stalled, stalled ? await SubscriptionLook.LastErrorAsync(record, standby!, token) : null));
        var report = new StandbyReport
        {
            Name = record.Id,
            State = StandbyJudgement.State(record, slot, subscription, lag),
            Phase = record.Phase,
            Primary = record.Source,
            Standby = sides.Standby.ToOpenUrl(),
            At = clock.GetUtcNow(),
            LagSeconds = lag is { } known ? Math.Round(known.TotalSeconds, 3) : null,
            LagBytes = slot is { HasSlot: true } ? slot.Behind : null,
            HeldBytes = slot is { HasSlot: true } ? slot.Held : null,
            ObjectiveSeconds = record.Rpo.TotalSeconds,
            SlotLimit = record.SlotLimit,
            Tables = subscription?.Tables ?? [],
            Troubles = troubles,
            Gaps = record.Gaps,
            NewestBeat = subscription?.Beat,
        };
        if (!whole || !lives || primary is null || standby is null) return report;
        var sequences = await SequenceSync.RunAsync(primary, standby, token);
        return report with { Sequences = sequences.All, Drift = await new DriftReader(record, sides, binaries).ReadAsync(primary, standby, token) };
    }

    /// <summary>Sends a row and sees it come; null: it has not come in time.</summary>
    public async Task<TimeSpan?> TravelAsync(StandbyRecord record, NpgsqlConnection primary, NpgsqlConnection standby, TimeSpan patience, CancellationToken token)
    {
        var begun = clock.GetTimestamp();
        var sent = await new PrimarySide(record, primary).BeatAsync(token);
        do
        {
            if (await SubscriptionLook.BeatAsync(record, standby, token) >= sent) return clock.GetElapsedTime(begun);
            await Task.Delay(Pause, clock, token);
        }
        while (clock.GetElapsedTime(begun) < patience);
        return null;
    }

    private static async Task<NpgsqlConnection?> TryOpenAsync(string side, DatabaseAddress address, List<Trouble> troubles, CancellationToken token)
    {
        try
        {
            return await DatabaseConnection.OpenAsync(address, token);
        }
        catch (Fault away) when (away.Code == FaultCode.Unreachable || away.Code == FaultCode.NoSuchDatabase || away.Code == FaultCode.AccessDenied)
        {
            troubles.Add(new Trouble($"the {side} cannot be asked", away.InOneLine, away.Next ?? "see that it runs"));
            return null;
        }
    }
}
