using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace Tidemark.Configuration;

/// <summary>tidemark.json: section "Tidemark", comments and trailing commas allowed. Other sections are other people's.</summary>
internal static class SettingsFile
{
    public const string FileName = "tidemark.json";

    /// <summary>Begins the keys of schedules that have a name: Schedules:NAME:Cron and its neighbours.</summary>
    public const string Schedules = "Schedules:";

    private const string Section = "Tidemark";

    /// <summary>Setting name → value of the nearest file from this folder upward; empty when there is none. Unknown keys are faults.</summary>
    /// <exception cref="Fault"><see cref="FaultCode.Configuration"/> (6): others can have written it.</exception>
    public static IReadOnlyDictionary<string, string> FindAndRead(string workingFolder, ConfigurationFaults faults)
    {
        Dictionary<string, string> values = new(StringComparer.OrdinalIgnoreCase);
        if (UpwardSearch.Find(workingFolder, FileName) is not { } path)
            return values;
        try
        {
            var (opened, facts) = SettingsAuthor.Open(path);
            using var file = opened;
            var section = new ConfigurationBuilder().AddJsonStream(file).Build().GetSection(Section);
            foreach (var (key, value) in section.AsEnumerable(makePathsRelative: true))
                Take(key, value);
            if (section.Value is { Length: > 0 })
                faults.Add($"{path}: section {Section} is no object {{ … }}");
            SettingsAuthor.RequireForCommands(path, facts, setting => values.GetValueOrDefault(setting.Name));
        }
        catch (JsonException error)
        {
            faults.Add($"{path}:{error.LineNumber + 1}: this is no JSON: {error.Message}");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException)
        {
            faults.Add($"{path} cannot be read: {error.Message}");
        }

        return values;

        void Take(string key, string? value)
        {
            if (value is null || key.Length == 0)
                return;
            if (SettingCatalogue.All.FirstOrDefault(setting => setting.Name.Equals(key, StringComparison.OrdinalIgnoreCase)) is { } setting)
                values[setting.Name] = value;
            else if (key.StartsWith(Schedules, StringComparison.OrdinalIgnoreCase))
                TakeSchedule(key, value);
            else
                faults.Add($"{path}: there is no setting {Section}:{key}; there are {string.Join(", ", SettingCatalogue.All.Select(known => known.Name))}, Schedules");
        }

        void TakeSchedule(string key, string value)
        {
            if (key.Split(':') is [_, { Length: > 0 }, var last] && Array.Exists(ConfigurationReader.ScheduleKeys, known => known.Equals(last, StringComparison.OrdinalIgnoreCase)))
                values[key] = value;
            else
                faults.Add($"{path}: there is no setting {Section}:{key}; a schedule is \"Schedules\": {{ \"NAME\": {{ \"Cron\": \"@hourly\" }} }}, and may also have {string.Join(", ", ConfigurationReader.ScheduleKeys.Skip(1))}");
        }
    }
}
