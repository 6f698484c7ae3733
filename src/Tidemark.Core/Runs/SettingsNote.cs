using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Tidemark.Audit;
using Tidemark.Configuration;
using Tidemark.Files;

namespace Tidemark.Runs;

/// <summary>Tells in the audit log that the service begins with other settings than the time before. Secrets are masked: that one was exchanged for another is not seen.</summary>
internal static class SettingsNote
{
    private const string FileName = "settings.last";

    /// <remarks>Told first and noted then: killed in between, it is told twice.</remarks>
    /// <exception cref="Fault">It cannot be told, or noted.</exception>
    public static void Take(RunRecorder recorder, string stateFolder, IReadOnlyList<SettingValue> shown, TimeProvider clock)
    {
        var (path, before) = (Path.Combine(stateFolder, FileName), Read(stateFolder));
        var now = new SortedDictionary<string, string>(shown.Where(value => value.Shown is not null).ToDictionary(value => VariableOf(value.Name), value => value.Shown!), StringComparer.Ordinal);
        var changes = before is null ? [] : now.Keys.Union(before.Keys).Where(name => now.GetValueOrDefault(name) != before.GetValueOrDefault(name)).Order(StringComparer.Ordinal)
            .Select(name => $"{name}: {before.GetValueOrDefault(name) ?? "not set"} → {now.GetValueOrDefault(name) ?? "not set"}").ToList();
        if (before is not null && changes.Count == 0) return;
        var bytes = JsonSerializer.SerializeToUtf8Bytes(now, SettingsJson.Default.SortedDictionaryStringString);
        recorder.Count([new AuditEvent
        {
            At = clock.GetUtcNow(),
            Action = AuditEvent.SettingsChanged,
            Outcome = "ok",
            Actor = recorder.Actor,
            Database = "",
            Target = $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}",
            Why = before is null ? $"the first start that is known, with {now.Count} settings" : string.Join("; ", changes),
        }]);
        DurableFile.WriteWhole(path, bytes, replace: true);
    }

    /// <summary>Null: nothing is known of the time before.</summary>
    private static SortedDictionary<string, string>? Read(string stateFolder)
    {
        var path = Path.Combine(stateFolder, FileName);
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllBytes(path), SettingsJson.Default.SortedDictionaryStringString) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>PG* variables are their own.</summary>
    private static string VariableOf(string name) => SettingCatalogue.All.FirstOrDefault(setting => setting.Name == name)?.Variable ?? name;
}

[JsonSerializable(typeof(SortedDictionary<string, string>))]
internal sealed partial class SettingsJson : JsonSerializerContext;
