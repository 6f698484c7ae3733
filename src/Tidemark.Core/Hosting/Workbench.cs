using Tidemark.Configuration;
using Tidemark.Drills;
using Tidemark.Drills.Evidence;
using Tidemark.Drills.MonthPacks;
using Tidemark.Dumps;
using Tidemark.Notifications;
using Tidemark.Postgres;
using Tidemark.Processes;
using Tidemark.Protection;
using Tidemark.Repositories;
using Tidemark.Restores;
using Tidemark.Runs;
using Tidemark.Standbys;

namespace Tidemark.Hosting;

/// <summary>Everything that a command or the service works with, made from the configuration once.</summary>
internal sealed class Workbench : IAsyncDisposable, IDisposable
{
    private readonly Lazy<DumpStores> stores;
    private readonly Lazy<RepositoryKeys> keys;
    private readonly Action<string> remark;
    private readonly string? searchPath;
    private readonly List<Action<RunNews>> listeners = [];

    private static readonly TimeSpan PatienceOfLook = TimeSpan.FromSeconds(10);

    /// <param name="options">What the user asked for.</param>
    /// <param name="openers">The kinds of stores there are.</param>
    /// <param name="searchPath">PATH, for the client programs.</param>
    /// <param name="remark">Told what a person should know in passing.</param>
    /// <param name="clock">Null: that of the machine.</param>
    public Workbench(TidemarkOptions options, StoreOpeners openers, string? searchPath, Action<string> remark, TimeProvider? clock = null)
    {
        (Options, Openers, this.searchPath, this.remark, Clock) = (options, openers, searchPath, remark, clock ?? TimeProvider.System);
        stores = new Lazy<DumpStores>(() => new DumpStores([.. options.Stores.Select(address => openers.OfDumps(address, options))], State));
        keys = new Lazy<RepositoryKeys>(() => new RepositoryKeys(options.Encryption, Stores.Objects));
        Binaries = new PostgresBinaries(searchPath, options.Clients.PgDump, options.Clients.PgRestore, options.Clients.Psql);
        Mask = new SecretMask([.. options.Database?.Secrets ?? [], .. StoreOpeners.SecretsOf(options.Variables), .. options.Access.AdminToken is { } secret ? [secret] : Array.Empty<string>()]);
        Pings = new RunPings(options.Pings.Backup, State, WebPost.Usual, remark);
        Recorder = RecorderFor($"{Environment.UserName}@{Environment.MachineName}");
    }

    public TimeProvider Clock { get; }

    public TidemarkOptions Options { get; }

    public StoreOpeners Openers { get; }

    public string State => Options.StateFolder;

    /// <summary>Where the backups are.</summary>
    /// <exception cref="Fault">6: what a store needs to be reached is not set.</exception>
    public DumpStores Stores => stores.Value;

    public RepositoryKeys Keys => keys.Value;

    public PostgresBinaries Binaries { get; }

    /// <summary>What tells a monitor of backups.</summary>
    public RunPings Pings { get; }

    /// <summary>Hides the secrets of the configuration in what is told.</summary>
    public SecretMask Mask { get; }

    /// <summary>Records as the user of this process.</summary>
    public RunRecorder Recorder { get; }

    public DumpRunner Dumps => new(Binaries, Stores, Keys, Clock);

    public DumpRestoreRunner Restores => new(Binaries, Keys, State, Clock);

    /// <summary>The reports of drills.</summary>
    public EvidenceFolder Evidence => new(Options.Drills.Folder ?? Path.Combine(State, "drills"));

    /// <summary>Brings them to the wiki and the webhook.</summary>
    public PublishRun Publish(RunRecorder recorder) => new(recorder, Evidence, EvidencePlaces(), State, Clock);

    /// <summary>Months as archives.</summary>
    public MonthPackWriter MonthPacks => new(State, Evidence, Environment.MachineName, Clock);

    public DrillRunner Drills => new(Binaries, Keys, State, Clock);

    public StandbyBook Standbys => new(State);

    public DumpChoice Choice => new(Stores, Clock, remark);

    public VerifyRunner Verifier => new(Binaries, Clock);

    public ProtectionReader Protection => new(Stores, Options.Objectives, run => RunContext.IsOver(State, run, Clock), Clock);

    public PruneRun PruneOfDumps(RunRecorder recorder) => new(recorder, Stores, Options.Retention, Clock);

    public BasePruneRun PruneOfBases(RunRecorder recorder) => new(recorder, Stores, Keys, Options.Retention, Options.SweepGrace, Clock);

    /// <summary>The configured database.</summary>
    /// <exception cref="Fault">Nothing says which.</exception>
    public DatabaseAddress Database => Options.Database ?? throw new Fault(FaultCode.NoDatabase, "no database is configured")
    {
        Where = "DATABASE_URL",
        Why = "neither the environment nor an .env or tidemark.json names one",
        Next = "export DATABASE_URL=postgresql://user@host/database",
    };

    /// <summary>A recorder of what somebody else asked for.</summary>
    /// <param name="actor">Who: user@host, or the name of a token.</param>
    /// <param name="ticket">The run that waited for its turn; null: none did.</param>
    public RunRecorder RecorderFor(string actor, RunTicket? ticket = null) =>
        new(State, actor, Clock, Mask, remark) { HasBackups = HasBackups, Ticket = ticket, Tell = Tell };

    /// <summary>Hears of each run of this process; it must neither wait nor throw.</summary>
    public void Listen(Action<RunNews> listener)
    {
        lock (listeners) listeners.Add(listener);
    }

    /// <summary>For a database that was named and of which nothing is here.</summary>
    public async Task<Fault> NothingOfAsync(string database, CancellationToken token)
    {
        var (entries, unseen) = await Stores.LookAsync(token);
        var known = entries.Select(entry => entry.Database).OfType<string>().Distinct().Order(StringComparer.Ordinal).ToList();
        return new Fault(FaultCode.NotFound, $"there is no backup of database \"{database}\"")
        {
            Where = Stores.Address,
            Why = string.Join("; ", unseen.Prepend(known.Count == 0 ? "there is none of any database" : $"there are backups of {string.Join(", ", known)}")),
            Next = "tidemark list",
        };
    }

    /// <summary>Repairs what a killed run left, and tells.</summary>
    /// <param name="address">The server; null when only the stores are worked on.</param>
    /// <param name="token">Cancels between two repairs.</param>
    public async Task TidyAsync(DatabaseAddress? address, CancellationToken token)
    {
        foreach (var told in await new Tidying(Recorder, Stores, Clock).RunAsync(address, token)) remark($"tidied up: {told}");
        if (address is not null) await TidyDrillsAsync(token);
    }

    /// <summary>Drops what killed drills left on the servers that they were given, and tells.</summary>
    public async Task TidyDrillsAsync(CancellationToken token)
    {
        foreach (var told in await new DrillTidying(State, run => RunContext.IsOver(State, run, Clock), Clock).OfServersAsync(DrillTargetOf, token)) remark($"tidied up: {told}");
    }

    /// <param name="given">As it was typed; null: as it is configured.</param>
    /// <returns>Null: a private server.</returns>
    public DrillTarget? DrillTargetOf(string? given) =>
        (given is null ? Options.Drills.Target : new SecretSource(given, Options.ProjectRoot, Options.Variables)) is { } source ? DrillTarget.Read(source, given, Options.Variables) : null;

    private List<IEvidencePlace> EvidencePlaces()
    {
        var places = new List<IEvidencePlace>();
        if (Options.Drills.Wiki is { } wiki) places.Add(new GitWiki(wiki, Options.ProjectRoot, searchPath, State));
        if (Options.Notices.Webhook is { } webhook) places.Add(new ReportWebhook(webhook, Options.Notices.WebhookSecret, WebPost.Usual, Clock));
        return places;
    }

    public async ValueTask DisposeAsync()
    {
        if (stores.IsValueCreated) await stores.Value.DisposeAsync();
    }

    /// <summary>For hosts that end without waiting.</summary>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private void Tell(RunNews news)
    {
        Pings.Hear(news);
        lock (listeners)
            foreach (var listener in listeners) listener(news);
    }

    /// <summary>Asked only of a database that its server does not know. True also where it may be: of a place that does not answer, or a part of one that cannot be read.</summary>
    public bool HasBackups(string database)
    {
        using var limit = new CancellationTokenSource(PatienceOfLook, Clock);
        try
        {
            var (entries, unseen) = Stores.LookAsync(limit.Token).WaitAsync(limit.Token).GetAwaiter().GetResult();
            return unseen.Count > 0 || entries.Any(entry => entry.Database == database);
        }
        catch (Exception unreadable) when (unreadable is Fault or IOException or UnauthorizedAccessException or OperationCanceledException)
        {
            return true;
        }
    }
}
