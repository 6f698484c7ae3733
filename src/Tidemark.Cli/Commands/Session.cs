using Tidemark.Cli.Output;
using Tidemark.Configuration;
using Tidemark.Dumps;
using Tidemark.Hosting;
using Tidemark.Postgres;
using Tidemark.Protection;
using Tidemark.Repositories;
using Tidemark.Restores;
using Tidemark.Runs;

namespace Tidemark.Cli.Commands;

/// <summary>The workbench of one command, and the terminal it speaks to.</summary>
internal sealed class Session
{
    private Session(TidemarkOptions options, Terminal terminal)
    {
        (Terminal, Workbench) = (terminal, new Workbench(options, Cli.Stores.Kinds, terminal.Environment.GetValueOrDefault("PATH"), terminal.Remark));
        Notices = new NoticesAtExit(Workbench, terminal);
        terminal.AtExit(Notices.RunAsync);
    }

    public Terminal Terminal { get; }

    public Workbench Workbench { get; }

    /// <summary>Told when the command ends.</summary>
    public NoticesAtExit Notices { get; }

    public TimeProvider Clock => Workbench.Clock;

    public TidemarkOptions Options => Workbench.Options;

    public string State => Workbench.State;

    public DumpStores Stores => Workbench.Stores;

    public RepositoryKeys Keys => Workbench.Keys;

    public PostgresBinaries Binaries => Workbench.Binaries;

    public RunRecorder Recorder => Workbench.Recorder;

    public DumpRunner Dumps => Workbench.Dumps;

    public DumpRestoreRunner Restores => Workbench.Restores;

    public DumpChoice Choice => Workbench.Choice;

    public VerifyRunner Verifier => Workbench.Verifier;

    public ProtectionReader Protection => Workbench.Protection;

    public DatabaseAddress Database => Workbench.Database;

    /// <param name="terminal">Where to speak.</param>
    /// <param name="flags">Settings given as flags, by their name in tidemark.json.</param>
    public static Session Open(Terminal terminal, IReadOnlyDictionary<string, string>? flags = null) =>
        new(ConfigurationReader.Read(terminal.Folder, terminal.Environment, flags ?? new Dictionary<string, string>()).Options, terminal);

    /// <summary>With settings that the command has read itself.</summary>
    public static Session Of(TidemarkOptions options, Terminal terminal) => new(options, terminal);

    /// <summary>As a service works.</summary>
    public static Session Serve(Terminal terminal) => new(ConfigurationReader.Read(terminal.Folder, terminal.Environment, new Dictionary<string, string>()).Options.OfService(), terminal);

    /// <summary>For those who tell what is wrong: a session with what could be read, and the reading.</summary>
    public static (Session Session, ConfigurationReading Reading) Inspect(Terminal terminal)
    {
        var reading = ConfigurationReader.Inspect(terminal.Folder, terminal.Environment, new Dictionary<string, string>());
        return (new Session(reading.Options, terminal), reading);
    }

    public Task<Fault> NothingOfAsync(string database, CancellationToken token) => Workbench.NothingOfAsync(database, token);

    public Task TidyAsync(DatabaseAddress? address, CancellationToken token) => Workbench.TidyAsync(address, token);
}
