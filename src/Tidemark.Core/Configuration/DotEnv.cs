namespace Tidemark.Configuration;

/// <summary>A .env file: NAME=value lines as in a shell, but nothing is expanded and nothing is run.</summary>
/// <param name="Entries">The last one of a name counts. Lines count from 1.</param>
internal sealed record DotEnv(IReadOnlyDictionary<string, (string Value, int Line)> Entries)
{
    public const string FileName = ".env";

    public static readonly DotEnv Empty = new(new Dictionary<string, (string, int)>());

    /// <summary>Reads the nearest .env from this folder upward; an empty one when there is none.</summary>
    /// <exception cref="Fault"><see cref="FaultCode.Configuration"/> (6) that names file:line of each line that cannot be read, and never shows the line.</exception>
    public static DotEnv FindAndRead(string workingFolder)
    {
        ConfigurationFaults faults = new();
        var found = FindAndRead(workingFolder, faults);
        faults.ThrowIfAny(workingFolder);
        return found;
    }

    /// <summary>As the other one, but adds what is wrong to a list.</summary>
    /// <exception cref="Fault"><see cref="FaultCode.Configuration"/> (6): others can have written it.</exception>
    public static DotEnv FindAndRead(string workingFolder, ConfigurationFaults faults)
    {
        if (UpwardSearch.Find(workingFolder, FileName) is not { } path)
            return Empty;
        try
        {
            var (file, facts) = SettingsAuthor.Open(path);
            using var reader = new StreamReader(file);
            var found = Parse(reader.ReadToEnd(), path, faults);
            SettingsAuthor.RequireForCommands(path, facts, setting => found.Entries.TryGetValue(setting.Variable, out var entry) ? entry.Value : null);
            return found;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            faults.Add($"{path} cannot be read: {error.Message}");
            return Empty;
        }
    }

    public static DotEnv Parse(string text, string path, ConfigurationFaults faults)
    {
        Dictionary<string, (string Value, int Line)> entries = new(StringComparer.Ordinal);
        var number = 0;
        foreach (var line in text.Split('\n'))
        {
            number++;
            var read = DotEnvLine.Read(line.TrimEnd('\r'));
            if (read.Objection is { } objection)
                faults.Add($"{path}:{number}: {objection}");
            else if (read.Name is { } name && entries.TryGetValue(name, out var before) && IsOurs(name))
                faults.Add($"{path}:{number}: {name} is said twice, in line {before.Line} already");
            else if (read.Name is { } wanted)
                entries[wanted] = (read.Value, number);
        }

        return new DotEnv(entries);
    }

    /// <summary>Of two values for a setting one would be lost, and with it perhaps the word that arms the guard. What other programs make of their names is theirs.</summary>
    private static bool IsOurs(string name) => SettingCatalogue.All.Any(setting => setting.Variable == name);
}
