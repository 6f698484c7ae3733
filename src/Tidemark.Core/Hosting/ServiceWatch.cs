using Tidemark.Dumps;
using Tidemark.Journal;
using Tidemark.Protection;
using Tidemark.Runs;

namespace Tidemark.Hosting;

/// <summary>What the service knows of its stores and its journal at this moment: metrics and health ask often, and a store that hangs must not hang them.</summary>
internal sealed class ServiceWatch
{
    private static readonly TimeSpan StoresFresh = TimeSpan.FromSeconds(15), JournalFresh = TimeSpan.FromSeconds(2), TrialFresh = TimeSpan.FromSeconds(10);

    /// <summary>Prometheus gives up after ten, a probe of Kubernetes is set up for fewer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly Workbench workbench;
    private readonly Glance<StoresSeen> stores;
    private readonly Glance<JournalSeen> journal;
    private readonly Glance<JournalSeen> trial;

    public ServiceWatch(Workbench workbench)
    {
        this.workbench = workbench;
        stores = new Glance<StoresSeen>(LookAtStoresAsync, StoresFresh, Patience, workbench.Clock);
        journal = new Glance<JournalSeen>(_ => Task.FromResult(JournalSeen.Read(workbench.State)), JournalFresh, Patience, workbench.Clock);
        trial = new Glance<JournalSeen>(_ => Task.FromResult(Try(workbench.State)), TrialFresh, Patience, workbench.Clock);
    }

    /// <summary>Looks anew when a run that may have changed them has ended since.</summary>
    public Task<Seen<StoresSeen>> StoresAsync(Seen<JournalSeen> recorded, CancellationToken token) =>
        stores.SeeAsync(recorded.Found?.History.LastEnded.Where(run => run.Kind != RunKind.Heartbeat.Name).Max(run => run.FinishedAt), token);

    public Task<Seen<JournalSeen>> JournalAsync(CancellationToken token) => journal.SeeAsync(null, token);

    /// <summary>Whether a run could be recorded now.</summary>
    public Task<Seen<JournalSeen>> JournalTrialAsync(CancellationToken token) => trial.SeeAsync(null, token);

    /// <summary>Judged at this moment, however old the look: an age goes on while a store is away. Null: the stores have never been seen.</summary>
    public ProtectionReport? Judge(Seen<StoresSeen> seen, Seen<JournalSeen> recorded)
    {
        if (seen.Found is not { } found) return null;
        // Who is alive is asked of the folder of the journal: not while it does not answer.
        var history = recorded is { IsWhole: true, Found.History: var known } ? known : new RunHistory();
        return workbench.Protection.Judge(found.Look with { At = workbench.Clock.GetUtcNow(), History = history }, workbench.Options.Database?.Database, null);
    }

    private async Task<StoresSeen> LookAtStoresAsync(CancellationToken token)
    {
        var each = await workbench.Stores.LookEachAsync(token);
        return new StoresSeen(each, await workbench.Protection.LookAsync(DumpStores.Together(each), token));
    }

    private static JournalSeen Try(string stateFolder)
    {
        using (var written = RunJournal.Open(stateFolder)) written.TryOut();
        return JournalSeen.Read(stateFolder);
    }
}

/// <summary>A look at all stores.</summary>
/// <param name="Each">By itself.</param>
/// <param name="Look">What follows for the databases.</param>
internal sealed record StoresSeen(IReadOnlyList<StoreListing> Each, ProtectionLook Look)
{
    /// <summary>A store that could not be read at all has nothing but a sentence.</summary>
    public static bool IsAway(StoreListing store) => store.Entries.Count == 0 && store.Unseen.Count > 0;
}

/// <summary>A look at the journal.</summary>
/// <param name="History">Of runs.</param>
/// <param name="Tally">What was counted.</param>
/// <param name="Waiting">Runs that wait for their turn; null: not known.</param>
internal sealed record JournalSeen(RunHistory History, EventTally Tally, int? Waiting)
{
    public static JournalSeen Read(string stateFolder)
    {
        var history = RunHistory.Read(stateFolder);
        if (history.Finding is not null) return new JournalSeen(history, EventTally.Read(stateFolder), null);
        using var journal = JournalReader.Open(stateFolder);
        return new JournalSeen(history, EventTally.Read(stateFolder), journal?.Queued() ?? 0);
    }
}
