namespace Tidemark.Standbys;

/// <summary>What two looks say together; pure.</summary>
internal static class StandbyJudgement
{
    /// <param name="record">Which.</param>
    /// <param name="primary">Null: it does not answer.</param>
    /// <param name="standby">Null: it does not answer.</param>
    /// <param name="lag">Null: not known.</param>
    public static StandbyState State(StandbyRecord record, PrimaryLook? primary, SubscriptionLook? standby, TimeSpan? lag)
    {
        if (record.Phase == StandbyPhase.Promoted) return StandbyState.Promoted;
        if (primary is null || standby is null) return StandbyState.Unknown;
        if (record.Phase < StandbyPhase.Streaming) return StandbyState.Copying;
        if (!standby.Exists || !standby.IsEnabled || !primary.HasSlot || primary.IsLost) return StandbyState.Broken;
        return lag is null || lag > record.Rpo ? StandbyState.Late : StandbyState.Following;
    }

    /// <param name="record">Which.</param>
    /// <param name="primary">Null: it does not answer.</param>
    /// <param name="standby">Null: it does not answer.</param>
    /// <param name="stalled">A row that was sent did not come.</param>
    /// <param name="error">The last one in the standby's log; null: not known.</param>
    public static IEnumerable<Trouble> Troubles(StandbyRecord record, PrimaryLook? primary, SubscriptionLook? standby, bool stalled, string? error)
    {
        var name = record.Id;
        var cause = error ?? "the standby writes the cause to its log, in lines of \"logical replication\"";
        if (record.Phase < StandbyPhase.Streaming)
            yield return new("it is not complete: its making was interrupted, or goes on", $"it is {record.Phase.ToString().ToLowerInvariant()} since {record.At:yyyy-MM-dd HH:mm}Z", $"tidemark standby create {name} --target {record.Target}; or tidemark standby drop {name}");
        if (primary is { IsLost: true }) yield return new("the primary no longer has the WAL that the standby needs", "its slot kept more than max_slot_wal_keep_size allows", Anew(name));
        else if (primary is { HasSlot: false } && record.Phase >= StandbyPhase.Copying) yield return new("its slot on the primary is gone", "somebody dropped it, or the primary is another server now", Anew(name));
        if (primary is not null && primary.Held > record.SlotLimit) yield return new($"the primary keeps {primary.Held:N0} bytes of WAL for it", $"the limit is {record.SlotLimit:N0}; its disk fills up", $"see why it does not follow; or give it up: tidemark standby drop {name}");
        if (standby is { Exists: false } && record.Phase > StandbyPhase.Copying) yield return new("its subscription is gone", "somebody dropped it, or the standby is another server now", Anew(name));
        else if (standby is { Exists: true, IsEnabled: false }) yield return new("its subscription is disabled", standby.Failures > 0 ? cause : "somebody disabled it", $"mend the cause, then on the standby: ALTER SUBSCRIPTION {record.Object} ENABLE;");
        else if (stalled && standby is { IsWorking: false } && primary is { IsActive: false, HasSlot: true })
            yield return standby.Failures > 0 || error is not null
                ? new($"changes cannot be applied; {standby.Failures?.ToString() ?? "some"} tries failed", cause, $"where the schemas differ: tidemark standby status {name} --script standby; where a row is in the way, remove it on the standby: it is nobody's to write to")
                : new("the standby does not reach the primary", "no sender works on its slot, and no worker on the subscription", "see the network between the two, pg_hba.conf, and the password in the subscription");
        else if (stalled) yield return new("it is behind", "it works, and the row that was sent to measure it has not come yet", $"tidemark standby status {name} # again in a while; the first copy of a new table, or a large transaction, takes its time");
        if (standby is { Conflicts.Length: > 0 }) yield return new("there were conflicts", standby.Conflicts, "somebody writes to the standby, or did: let nobody but replication do so");
    }

    private static string Anew(string name) => $"tidemark standby drop {name}, then create it anew";
}
