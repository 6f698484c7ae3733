using Tidemark.Cli.Output;
using Tidemark.Configuration;
using Tidemark.Dumps;
using Tidemark.Postgres;
using Tidemark.Processes;
using Tidemark.Protection;
using Tidemark.Repositories;
using Tidemark.Restores;
using Tidemark.Runs;
using Tidemark.Storage;

namespace Tidemark.Cli.Commands;

/// <summary>Everything a command works with, made from the configuration once.</summary>
internal sealed class Session
{
    private readonly Lazy<DumpStores> stores;
    private readonly Lazy<DumpKeys> keys;

    private Session(TidemarkOptions options, Terminal terminal)
    {
        (Options, Terminal) = (options, terminal);
        stores = new Lazy<DumpStores>(() => new DumpStores([.. options.Stores.Select(address => Cli.Stores.OfDumps(address, options))], State));
        keys = new Lazy<DumpKeys>(() => new DumpKeys(options.Encryption, Stores.Objects));
        Binaries = new PostgresBinaries(terminal.Environment.GetValueOrDefault("PATH"), options.Clients.PgDump, options.Clients.PgRestore, options.Clients.Psql);
        Recorder = new RunRecorder(State, $"{Environment.UserName}@{Environment.MachineName}", Clock, new SecretMask([.. options.Database?.Secrets ?? [], .. Cli.Stores.SecretsOf(options.Variables)]), terminal.Remark) { HasBackups = HasBackups };
    }

    public TimeProvider Clock { get; } = TimeProvider.System;

    public TidemarkOptions Options { get; }

    public Terminal Terminal { get; }

    public string State => Options.StateFolder;

    /// <summary>Where the backups are.</summary>
    /// <exception cref="Fault">6: what a store needs to be reached is not set.</exception>
    public DumpStores Stores => stores.Value;

    public DumpKeys Keys => keys.Value;

    public PostgresBinaries Binaries { get; }

    public RunRecorder Recorder { get; }

    public DumpRunner Dumps => new(Binaries, Stores, Keys, Clock);

    public DumpRestoreRunner Restores => new(Binaries, Keys, State, Clock);

    public DumpChoice Choice => new(Stores, Clock, Terminal.Remark);

    public VerifyRunner Verifier => new(Binaries, Clock);

    public ProtectionReader Protection => new(Stores, Options.Objectives, run => RunContext.IsOver(State, run, Clock), Clock);

    /// <summary>The configured database.</summary>
    /// <exception cref="Fault">Nothing says which.</exception>
    public DatabaseAddress Database => Options.Database ?? throw new Fault(FaultCode.NoDatabase, "no database is configured")
    {
        Where = "DATABASE_URL",
        Why = "neither the environment nor an .env or tidemark.json names one",
        Next = "export DATABASE_URL=postgresql://user@host/database",
    };

    /// <param name="terminal">Where to speak.</param>
    /// <param name="flags">Settings given as flags, by their name in tidemark.json.</param>
    public static Session Open(Terminal terminal, IReadOnlyDictionary<string, string>? flags = null) =>
        new(ConfigurationReader.Read(terminal.Folder, terminal.Environment, flags ?? new Dictionary<string, string>()).Options, terminal);

    /// <summary>For those who tell what is wrong: a session with what could be read, and the reading.</summary>
    public static (Session Session, ConfigurationReading Reading) Inspect(Terminal terminal)
    {
        var reading = ConfigurationReader.Inspect(terminal.Folder, terminal.Environment, new Dictionary<string, string>());
        return (new Session(reading.Options, terminal), reading);
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

    /// <summary>True also where it may be: of a place that is no folder, or a part of one that cannot be read.</summary>
    private bool HasBackups(string database)
    {
        if (Options.Stores.Any(store => store.Kind != StoreKind.Folder)) return true;
        try
        {
            var (entries, unseen) = Stores.LookAsync(CancellationToken.None).GetAwaiter().GetResult();
            return unseen.Count > 0 || entries.Any(entry => entry.Database == database);
        }
        catch (Exception unreadable) when (unreadable is Fault or IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    /// <summary>Repairs what a killed run left, and tells.</summary>
    public async Task TidyAsync(DatabaseAddress? address, CancellationToken token)
    {
        foreach (var told in await new Tidying(Recorder, Stores, Clock).RunAsync(address, token)) Terminal.Remark($"tidied up: {told}");
    }
}
