using Tidemark.Dumps;
using Tidemark.Journal;
using Tidemark.Notifications;
using Tidemark.Postgres;
using Tidemark.Protection;
using Tidemark.Runs;
using Tidemark.Storage;

namespace Tidemark.Hosting;

/// <summary>What the service knows of its stores and its journal at this moment: metrics and health ask often, and a store that hangs must not hang them.</summary>
internal sealed class ServiceWatch : IAsyncDisposable
{
    /// <remarks>Into a store that is no folder a look costs requests: as often as for the notices. What hides in it is looked for sooner.</remarks>
    private static readonly TimeSpan StoresFresh = TimeSpan.FromSeconds(15), FarFresh = TimeSpan.FromMinutes(15), AwayFresh = TimeSpan.FromMinutes(1), JournalFresh = TimeSpan.FromSeconds(2), TrialFresh = TimeSpan.FromSeconds(10), ServerFresh = TimeSpan.FromSeconds(30);

    /// <summary>Prometheus gives up after ten, a probe of Kubernetes is set up for fewer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly Workbench workbench;
    private readonly Glance<StoresSeen> stores;
    private readonly Glance<JournalSeen> journal;
    private readonly Glance<JournalSeen> trial;
    private readonly Glance<ServerSeen> server;

    public ServiceWatch(Workbench workbench)
    {
        this.workbench = workbench;
        var isFar = workbench.Options.Stores.Any(store => store.Kind != StoreKind.Folder);
        stores = new Glance<StoresSeen>(LookAtStoresAsync, seen => !isFar ? StoresFresh : seen.IsWhole && seen.Found!.Look.Listing.Unseen.Count == 0 ? FarFresh : AwayFresh, Patience, workbench.Clock);
        journal = new Glance<JournalSeen>(_ => Task.FromResult(JournalSeen.Read(workbench)), _ => JournalFresh, Patience, workbench.Clock);
        server = new Glance<ServerSeen>(LookAtServerAsync, seen => seen.IsWhole ? ServerFresh : TrialFresh, Patience, workbench.Clock);
        trial = new Glance<JournalSeen>(_ => Task.FromResult(Try(workbench)), _ => TrialFresh, Patience, workbench.Clock);
    }

    /// <summary>Looks anew when a run that may have changed them has ended since.</summary>
    public Task<Seen<StoresSeen>> StoresAsync(Seen<JournalSeen> recorded, CancellationToken token) =>
        stores.SeeAsync(recorded.Found?.History.LastEnded.Where(run => run.Kind != RunKind.Heartbeat.Name).Max(run => run.FinishedAt), token);

    public Task<Seen<JournalSeen>> JournalAsync(CancellationToken token) => journal.SeeAsync(null, token);

    /// <summary>Whether the server lets us in.</summary>
    public Task<Seen<ServerSeen>> ServerAsync(CancellationToken token) => server.SeeAsync(null, token);

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

    public async ValueTask DisposeAsync()
    {
        await stores.DisposeAsync();
        await journal.DisposeAsync();
        await server.DisposeAsync();
        await trial.DisposeAsync();
    }

    private async Task<StoresSeen> LookAtStoresAsync(CancellationToken token)
    {
        var each = await workbench.Stores.LookEachAsync(token);
        return new StoresSeen(each, await workbench.Protection.LookAsync(DumpStores.Together(each), token));
    }

    private async Task<ServerSeen> LookAtServerAsync(CancellationToken token)
    {
        await using var connection = await DatabaseConnection.OpenAsync(workbench.Database, token);
        return new ServerSeen();
    }

    private static JournalSeen Try(Workbench workbench)
    {
        using (var written = RunJournal.Open(workbench.State)) written.TryOut();
        return JournalSeen.Read(workbench);
    }
}

/// <summary>A look at all stores.</summary>
/// <param name="Each">By itself.</param>
/// <param name="Look">What follows for the databases.</param>
internal sealed record StoresSeen(IReadOnlyList<StoreListing> Each, ProtectionLook Look);

/// <summary>A look at the server: that it succeeded is all there is to see.</summary>
internal sealed record ServerSeen;

/// <summary>A look at the journal.</summary>
/// <param name="History">Of runs.</param>
/// <param name="Tally">What was counted.</param>
/// <param name="Waiting">Runs that wait for their turn; null: not known.</param>
/// <param name="Notices">Incidents and their telling; null: not known.</param>
internal sealed record JournalSeen(RunHistory History, EventTally Tally, int? Waiting, NoticeReading? Notices)
{
    public static JournalSeen Read(Workbench workbench)
    {
        var stateFolder = workbench.State;
        var history = RunHistory.Read(stateFolder);
        if (history.Finding is not null) return new JournalSeen(history, EventTally.Read(stateFolder), null, null);
        using var journal = JournalReader.Open(stateFolder);
        return new JournalSeen(history, EventTally.Read(stateFolder), journal?.Queued() ?? 0, NoticeReading.Read(stateFolder, workbench.Options.Notices, workbench.Clock));
    }
}
