using Tidemark.Configuration;

namespace Tidemark.Clusters;

/// <summary>Whether the configuration can be read, and from which files it came.</summary>
internal static class ConfigurationCheck
{
    private static readonly CheckSubject Subject = new("configuration", "settings", FaultCode.Configuration);

    public static Check Judge(ConfigurationReading reading)
    {
        var said = reading.Values.Count(value => value.Origin.StartsWith("environment ", StringComparison.Ordinal));
        var origins = $"{(reading.Files.Count == 0 ? "no .env and no tidemark.json here or above" : string.Join(", ", reading.Files))}{(said == 0 ? "" : $"; {said} from the environment")}";
        if (reading.Faults.Count > 0)
            return Subject.Fail($"{origins}; wrong: {string.Join("; ", reading.Faults)}", "tidemark config check # after each correction, until it says OK");
        if (reading.Schedule is { } schedule)
            return Subject.Warn($"{origins}; {schedule.Name} ({schedule.Origin}) has no effect: this version has no scheduler, so use cron", $"crontab -e  # and add: {schedule.Shown} cd {Processes.ShellWord.Quote(reading.Options.ProjectRoot)} && {Environment.ProcessPath} backup");
        // Cron starts in the home folder, and the default folder would be another one there.
        return reading.Files.Count == 0 && reading.Values.Any(value => value.Name == SettingCatalogue.BackupDir.Name && value.Origin == "default")
            ? Subject.Warn($"{origins}; BACKUP_DIR is not set, so it depends on the folder that a command is typed in", $"export BACKUP_DIR={Processes.ShellWord.Quote(reading.Options.Stores[0].ToString())}")
            : Subject.Ok(origins);
    }
}
