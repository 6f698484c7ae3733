using System.CommandLine;
using Tidemark.Cli.Output;
using Tidemark.Cli.Teaching;
using Tidemark.Configuration;
using Tidemark.Files;
using Tidemark.Storage;

namespace Tidemark.Cli.Commands;

internal static class WalCommand
{
    public static Command Build(Terminal terminal) =>
        new Command("wal", "The write-ahead log: what brings a server back to any moment.")
        {
            WalReceiveCommand.Build(terminal),
            WalPushCommand.Build(terminal),
            WalFetchCommand.Build(terminal),
            WalStatusCommand.Build(terminal),
        }.Teach(CommandGroup.BackUp,
            ("tidemark wal receive", "takes WAL from the server as it is written, until stopped"),
            ("tidemark wal push --help", "how a server archives its WAL itself"));

    /// <summary>For what PostgreSQL calls: the stores alone are needed, and a folder that nobody named is not taken, for the working folder is the server's own.</summary>
    /// <param name="terminal">Whose settings.</param>
    /// <param name="data">The data directory; null: it is called elsewhere.</param>
    /// <param name="file">All settings stand there; null: where they always do.</param>
    /// <exception cref="Fault">6.</exception>
    public static Session Open(Terminal terminal, string? data, string? file = null)
    {
        // An address of a database may be a command to run, and none is needed.
        var settings = ConfigurationReader.Read(file is null ? terminal.Folder : "/", file is null ? terminal.Environment : WithFile(terminal.Environment, file), new Dictionary<string, string> { [SettingCatalogue.DatabaseUrl.Name] = "dbname=postgres" });
        if (settings.Values.Any(value => value.Name == SettingCatalogue.BackupDir.Name && value.Origin == "default"))
            throw new Fault(FaultCode.Configuration, "nothing says where the WAL is kept") { Where = "BACKUP_DIR", Why = "PostgreSQL runs this in its data directory, so the default folder would lie in it", Next = "archive_command = 'BACKUP_DIR=/srv/backups tidemark wal push %p' # in postgresql.conf" };
        if (data is not null && settings.Options.Stores.FirstOrDefault(store => store.Kind == StoreKind.Folder && (store.Path + "/").StartsWith(Path.GetFullPath(data) + "/", StringComparison.Ordinal)) is { } within)
            throw new Fault(FaultCode.Configuration, "the backup folder lies in the data directory of the server") { Where = within.Path, Why = "it would be lost with the server", Next = "set BACKUP_DIR to an absolute path elsewhere" };
        return Session.Of(settings.Options, terminal);
    }

    /// <summary>What the file says counts over all that is around: it was written for this call.</summary>
    private static Dictionary<string, string> WithFile(IReadOnlyDictionary<string, string> environment, string file)
    {
        var faults = new ConfigurationFaults();
        using var reader = new StreamReader(RegularFile.OpenForReading(file));
        var said = DotEnv.Parse(reader.ReadToEnd(), file, faults);
        faults.ThrowIfAny("/");
        var merged = environment.ToDictionary(StringComparer.Ordinal);
        foreach (var (name, (value, _)) in said.Entries) merged[name] = value;
        return merged;
    }
}
