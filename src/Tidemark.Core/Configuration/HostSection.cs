using Microsoft.Extensions.Configuration;

namespace Tidemark.Configuration;

/// <summary>What the application that this is a part of says in its own configuration; it stands where tidemark.json does otherwise.</summary>
internal sealed class HostSection(IConfiguration configuration)
{
    public const string Origin = "the application's configuration, section Tidemark";

    /// <summary>Setting name → value. Unknown keys are faults.</summary>
    public IReadOnlyDictionary<string, string> Read(ConfigurationFaults faults)
    {
        Dictionary<string, string> values = new(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in configuration.GetSection(SettingsFile.Section).AsEnumerable(makePathsRelative: true))
            SettingsFile.Take(key, value, values, "the application's configuration", faults);
        return values;
    }
}
