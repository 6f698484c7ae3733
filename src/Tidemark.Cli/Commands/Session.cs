using Tidemark.Cli.Output;
using Tidemark.Configuration;
using Tidemark.Dumps;
using Tidemark.Postgres;
using Tidemark.Processes;
using Tidemark.Protection;
using Tidemark.Restores;
using Tidemark.Runs;

namespace Tidemark.Cli.Commands;

/// <summary>Everything a command works with, made from the configuration once.</summary>
internal sealed class Session
{
    private Session(TidemarkOptions options, Terminal terminal)
    {
        (Options, Terminal) = (options, terminal);
        Folder = new DumpFolder(options.BackupDir);
        Binaries = new PostgresBinaries(terminal.Environment.GetValueOrDefault("PATH"), options.Clients.PgDump, options.Clients.PgRestore, options.Clients.Psql);
        Recorder = new RunRecorder(Folder.State, $"{Environment.UserName}@{Environment.MachineName}", Clock, new SecretMask(options.Database?.Secrets ?? []), terminal.Remark) { HasBackups = HasBackups };
    }

    public TimeProvider Clock { get; } = TimeProvider.System;

    public TidemarkOptions Options { get; }

    public Terminal Terminal { get; }

    public DumpFolder Folder { get; }

    public PostgresBinaries Binaries { get; }

    public RunRecorder Recorder { get; }

    public DumpRunner Dumps => new(Binaries, Folder, Clock);

    public DumpRestoreRunner Restores => new(Binaries, Folder.State, Clock);

    public DumpChoice Choice => new(Folder, Clock, Terminal.Remark);

    public VerifyRunner Verifier => new(Binaries, Clock);

    public ProtectionReader Protection => new(Folder, Options.Objectives, run => RunContext.IsOver(Folder.State, run, Clock), Clock);

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
    public Fault NothingOf(string database)
    {
        var (entries, unseen) = new DumpCatalog(Folder).Look();
        var known = entries.Select(entry => entry.Database).OfType<string>().Distinct().Order(StringComparer.Ordinal).ToList();
        return new Fault(FaultCode.NotFound, $"there is no backup of database \"{database}\"")
        {
            Where = Folder.Root,
            Why = string.Join("; ", unseen.Prepend(known.Count == 0 ? "there is none of any database" : $"there are backups of {string.Join(", ", known)}")),
            Next = "tidemark list",
        };
    }

    /// <summary>True also where a part of the folder cannot be read: it may be there.</summary>
    private bool HasBackups(string database)
    {
        try
        {
            var (entries, unseen) = new DumpCatalog(Folder).Look();
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
        foreach (var told in await new Tidying(Recorder, Folder, Clock).RunAsync(address, token)) Terminal.Remark($"tidied up: {told}");
    }
}
