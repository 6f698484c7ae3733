using Tidemark.Configuration;
using Tidemark.Runs;

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
        if (reading.Options is { SchedulesSaidBy: { } origin, Schedules.Count: > 0 } && !SchedulerLock.IsHeld(reading.Options.StateFolder, TimeProvider.System))
            return Subject.Warn($"{origins}; a schedule is set ({origin}), and no service runs here that follows it", "tidemark serve # or, with cron instead: BACKUP_SCHEDULE_CRON=none and a line of crontab that runs tidemark backup");
        // Cron starts in the home folder, and the default folder would be another one there.
        return reading.Files.Count == 0 && reading.Values.Any(value => value.Name == SettingCatalogue.BackupDir.Name && value.Origin == "default")
            ? Subject.Warn($"{origins}; BACKUP_DIR is not set, so it depends on the folder that a command is typed in", $"export BACKUP_DIR={Processes.ShellWord.Quote(reading.Options.Stores[0].ToString())}")
            : Subject.Ok(origins);
    }
}
