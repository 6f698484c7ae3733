using Microsoft.Extensions.Configuration;

namespace Tidemark.Configuration;

/// <summary>flag over environment over .env over tidemark.json over default, each value with where it comes from. An empty value is none.</summary>
internal sealed class SettingLayers
{
    /// <summary>The strongest first.</summary>
    private readonly List<(IConfigurationProvider Values, Func<Setting, string> Origin)> layers = [];

    public SettingLayers(
        IReadOnlyDictionary<string, string> flags,
        IReadOnlyDictionary<string, string> environment,
        DotEnv dotEnv,
        IReadOnlyDictionary<string, string> file,
        string fileOrigin)
    {
        Add(setting => flags.GetValueOrDefault(setting.Name), setting => $"flag {setting.Flag}");
        Add(setting => environment.GetValueOrDefault(setting.Variable), setting => $"environment {setting.Variable}");
        Add(
            setting => dotEnv.Entries.TryGetValue(setting.Variable, out var entry) ? entry.Value : null,
            setting => $"{DotEnv.FileName}:{dotEnv.Entries[setting.Variable].Line}");
        Add(setting => file.GetValueOrDefault(setting.Name), _ => fileOrigin);
        Add(setting => setting.Default, _ => "default");
    }

    /// <summary>The value that counts, and its origin.</summary>
    public (string? Value, string Origin) Get(Setting setting) => Said(setting).FirstOrDefault((null, "not set"));

    /// <summary>Each value that was given, the strongest first.</summary>
    public IEnumerable<(string? Value, string Origin)> Said(Setting setting)
    {
        foreach (var (values, origin) in layers)
        {
            if (values.TryGet(setting.Name, out var value) && value is { Length: > 0 })
                yield return (value, origin(setting));
        }
    }

    private void Add(Func<Setting, string?> value, Func<Setting, string> origin)
    {
        var values = SettingCatalogue.All.Select(setting => KeyValuePair.Create(setting.Name, value(setting)));
        var root = new ConfigurationBuilder().AddInMemoryCollection(values).Build();
        layers.Add((root.Providers.Single(), origin));
    }
}
