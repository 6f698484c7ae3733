using Tidemark.Protection;

namespace Tidemark.Hosting;

/// <summary>Whether the service can do its work, and whether the databases are as safe as they should be: in words without names, for anyone may ask.</summary>
internal sealed class Readiness(Workbench workbench, TaskBoard board, ServiceWatch watch)
{
    public async Task<IReadOnlyList<ReadinessFinding>> ReadAsync(CancellationToken token)
    {
        var looks = (Trial: watch.JournalTrialAsync(token), Journal: watch.JournalAsync(token), Server: watch.ServerAsync(token));
        var (trial, journal) = (await looks.Trial, await looks.Journal);
        var stores = await watch.StoresAsync(journal, token);
        return [OfJournal(trial), OfWorker(board.IsWorked), OfDatabase(await looks.Server), OfStores(stores, workbench.Options.Stores.Count), OfProtection(watch.Judge(stores, journal))];
    }

    public static ReadinessFinding OfJournal(Seen<JournalSeen> trial) => new("journal", trial.IsWhole ? ReadinessState.Ready : ReadinessState.NotReady,
        trial.Failure is Fault fault ? fault.What : trial.Failure is not null ? "the journal of runs cannot be written" : trial.Overdue ? "the journal of runs does not answer" : null);

    public static ReadinessFinding OfWorker(bool worked) => new("worker", worked ? ReadinessState.Ready : ReadinessState.NotReady, worked ? null : "the loop that takes tasks stands still");

    public static ReadinessFinding OfDatabase(Seen<ServerSeen> seen) => new("database", seen.IsWhole ? ReadinessState.Ready : ReadinessState.NotReady,
        seen.IsWhole ? null : (seen.Failure as Fault)?.Code == FaultCode.NoDatabase ? "no database is configured" : seen.Overdue ? "the database server does not answer" : "the database server cannot be reached, or does not let us in");

    public static ReadinessFinding OfStores(Seen<StoresSeen> seen, int stores)
    {
        if (seen.Overdue) return new("stores", seen.Found is null ? ReadinessState.NotReady : ReadinessState.Degraded, "the stores do not answer");
        if (seen.Failure is not null || seen.Found is null) return new("stores", ReadinessState.NotReady, stores == 1 ? "the store cannot be read" : $"none of {stores} stores can be read");
        var away = seen.Found.Each.Count(store => store.IsClosed);
        return away > 0 ? new("stores", ReadinessState.Degraded, $"{away} of {stores} stores cannot be read")
            : seen.Found.Look.Listing.Unseen.Count > 0 ? new("stores", ReadinessState.Degraded, "a part of the stores cannot be read")
            : new("stores", ReadinessState.Ready, null);
    }

    public static ReadinessFinding OfProtection(ProtectionReport? report)
    {
        if (report is null) return new("protection", ReadinessState.Degraded, "not known: the stores have not been read yet");
        int Count(Func<DatabaseProtection, bool> which) => report.Databases.Count(which);
        var all = report.Databases.Count;
        if (all == 0) return new("protection", ReadinessState.Degraded, "no database is configured, and none is known");
        if (Count(database => database.Recovery.State == ProtectionState.Exposed) is > 0 and var exposed) return new("protection", ReadinessState.NotReady, $"{exposed} of {all} databases exposed: over an objective, or nothing to go back to");
        if (Count(database => database.Recovery.State == ProtectionState.Unknown) is > 0 and var unknown) return new("protection", ReadinessState.Degraded, $"{unknown} of {all} databases unknown: no backup has been made");
        if (Count(database => database.Recovery.State == ProtectionState.AtRisk) is > 0 and var risky) return new("protection", ReadinessState.Degraded, $"{risky} of {all} databases at risk");
        if (Count(database => database.Proof.State is ProtectionState.Exposed or ProtectionState.AtRisk) is > 0 and var unproven) return new("protection", ReadinessState.Degraded, $"{unproven} of {all} databases proven too long ago");
        return new("protection", ReadinessState.Ready, null);
    }
}

/// <summary>The worse, the greater.</summary>
internal enum ReadinessState
{
    Ready,

    /// <summary>It works, and somebody should look.</summary>
    Degraded,

    NotReady,
}

/// <summary>One part of the answer.</summary>
/// <param name="Name">journal, worker, database, stores or protection.</param>
/// <param name="State">Of this part.</param>
/// <param name="Words">What is wrong, without names of databases, servers or places; null: nothing.</param>
internal sealed record ReadinessFinding(string Name, ReadinessState State, string? Words);
