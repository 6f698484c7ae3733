using Tidemark.Configuration;

namespace Tidemark.Clusters;

/// <summary>Whether the server's WAL comes to us, and what that costs the server. Who wants none hears that there is none, and no more.</summary>
internal static class WalCheck
{
    private static readonly CheckSubject Subject = new("wal", "keep the server's WAL", FaultCode.Configuration);

    public static Task<Check> LookAsync(WalOptions options, ProbedServer? server, CancellationToken token) =>
        Subject.LookAsync(server, async connected => Judge(await WalFacts.ReadAsync(connected.Connection, options.Slot, token), options, connected.QuotedRole));

    /// <param name="facts">What the server says.</param>
    /// <param name="options">What is wanted.</param>
    /// <param name="role">As SQL wants it written.</param>
    public static Check Judge(WalFacts facts, WalOptions options, string role)
    {
        // Who does not receive here needs no right to; the slot costs the server all the same.
        if (options.IsReceived && Refused(facts, options, role) is { } refused) return refused;
        var findings = Findings(facts, options).ToList();
        return findings.Count > 0 ? Subject.Warn(string.Join("; ", findings.Select(finding => finding.Found)), findings[0].Next) : Subject.Ok(WellWith(facts, options));
    }

    private static string WellWith(WalFacts facts, WalOptions options) => (options.IsReceived, facts.IsArchived) switch
    {
        (true, _) => $"slot {options.Slot} is read, and holds back {Size(facts.Slot?.HeldBytes ?? 0)} of at most {Size(options.SlotLimit)}{(facts.KeepBytes is null && !options.DropsSlot ? "; while nothing receives, only the server's disk limits what it keeps (max_slot_wal_keep_size, or BACKUP_WAL_OVER_LIMIT=drop)" : "")}",
        _ when facts.Slot is { Kind: "physical" } slot => $"BACKUP_WAL is off; somebody reads from the slot {options.Slot}, which holds back {Size(slot.HeldBytes ?? 0)}",
        (false, true) => "BACKUP_WAL is off; the server archives its WAL by itself, and archiving works",
        _ => "BACKUP_WAL is off and the server archives nothing: one goes back to a backup, and to no moment after it",
    };

    private static Check? Refused(WalFacts facts, WalOptions options, string role) => facts switch
    {
        { WalLevel: "minimal" } => Subject.Fail("wal_level is minimal: the server writes too little to recover from, and sends none of it", "ALTER SYSTEM SET wal_level = 'replica'; -- and restart the server"),
        { Senders: 0 } => Subject.Fail("max_wal_senders is 0: the server sends its WAL to nobody", "ALTER SYSTEM SET max_wal_senders = 10; -- and restart the server"),
        { MayReplicate: false } => Subject.Fail(new Fault(FaultCode.AccessDenied, $"role {role} may not replicate"), $"ALTER ROLE {role} REPLICATION;"),
        { Slot: null, FreeSlots: <= 0 } => Subject.Fail($"there is no slot {options.Slot}, and no place for one", "ALTER SYSTEM SET max_replication_slots = 10; -- more than now, and restart the server"),
        { Slot.Kind: not ("physical" or null) } => Subject.Fail($"the slot {options.Slot} is {facts.Slot!.Kind}: somebody else's", "set BACKUP_WAL_SLOT to another name"),
        _ => null,
    };

    /// <summary>The worst first: its next action is the one that is told.</summary>
    private static IEnumerable<(string Found, string Next)> Findings(WalFacts facts, WalOptions options)
    {
        foreach (var finding in facts.Slot is { Kind: "physical" } slot ? OfSlot(slot, facts, options) : []) yield return finding;
        if (facts.ArchiveFailing is { } file) yield return ($"archive_command failed with {file} and has not succeeded since: the server keeps all WAL from there on", "look into the server's log for what archive_command says");
        if (!facts.FullPageWrites && (options.IsReceived || facts.IsArchived))
            yield return ("full_page_writes is off: a page that a crash tears is torn in every recovery from this WAL, too", "ALTER SYSTEM SET full_page_writes = on; SELECT pg_reload_conf();");
        if (!options.IsReceived) yield break;
        if (facts.Slot is null) yield return ($"there is no slot {options.Slot}: until it is made nothing is kept for us", "tidemark serve  # or tidemark wal receive: they make it");
        if (facts.KeepBytes is { } keep && keep < options.SlotLimit)
            yield return ($"max_slot_wal_keep_size, {Size(keep)}, is below BACKUP_WAL_SLOT_LIMIT, {Size(options.SlotLimit)}: the server gives the slot up before anybody is told", $"set BACKUP_WAL_SLOT_LIMIT below {keep >> 20}MiB");
    }

    private static IEnumerable<(string Found, string Next)> OfSlot(WalSlotFacts slot, WalFacts facts, WalOptions options)
    {
        var (held, next) = (Size(slot.HeldBytes ?? 0), options.IsReceived ? "tidemark wal status" : "tidemark wal receive");
        if (slot.State == "lost")
        {
            yield return ($"the slot {options.Slot} is lost: the server keeps nothing for it any more, and what was not received by then is a gap", options.IsReceived ? "tidemark serve  # makes it anew" : $"select pg_drop_replication_slot('{options.Slot}');");
            yield break;
        }
        if (slot.State == "unreserved") yield return ($"the slot {options.Slot} is unreserved: the next checkpoint may remove what was not received", next);
        else if (facts.KeepBytes is { } keep && slot.HeldBytes > keep / 5 * 4) yield return ($"the server keeps {held} for the slot {options.Slot}, and gives it up at {Size(keep)} (max_slot_wal_keep_size)", next);
        if (slot.HeldBytes > options.SlotLimit) yield return ($"the server keeps {held} for the slot {options.Slot}: BACKUP_WAL_SLOT_LIMIT is {Size(options.SlotLimit)}", next);
        if (slot.Active) yield break;
        yield return options.IsReceived ? ($"nobody reads from the slot {options.Slot}, and the server keeps {held} for it", "tidemark serve")
            : ($"BACKUP_WAL is off and nobody reads from the slot {options.Slot}: its server keeps {held} for it, and ever more", $"select pg_drop_replication_slot('{options.Slot}'); -- or go on: tidemark wal receive");
    }

    private static string Size(long bytes) => $"{bytes >> 20} MiB";
}
