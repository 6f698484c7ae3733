using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tidemark.Configuration;

namespace Tidemark.Tests.Architecture;

public sealed class SchemaTests
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public void The_schema_of_tidemark_json_is_the_catalogue()
    {
        var expected = Schema().ToJsonString(Readable) + "\n";
        if (Environment.GetEnvironmentVariable("TIDEMARK_WRITE_DOCS") == "1") File.WriteAllText(Path.Combine(Checkout.Root, "docs/tidemark.schema.json"), expected);
        Assert.True(expected == Checkout.Read("docs/tidemark.schema.json"), "docs/tidemark.schema.json is not that of the settings: make docs");
    }

    private static JsonObject Schema() => new()
    {
        ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
        ["title"] = "tidemark.json",
        ["description"] = "Settings of Tidemark. Sections with other names are other people's.",
        ["type"] = "object",
        ["properties"] = new JsonObject { ["Tidemark"] = WithSchedules(Section(SettingCatalogue.All.Select(setting => (setting.Name.Split(':'), setting)).ToList())) },
    };

    /// <summary>Their names are the user's.</summary>
    private static JsonObject WithSchedules(JsonObject section)
    {
        section["properties"]!["Schedules"] = new JsonObject
        {
            ["description"] = "schedules that have a name; BACKUP_SCHEDULE_CRON replaces them all. What one leaves out is as the settings Schedule… say",
            ["type"] = "object",
            ["additionalProperties"] = new JsonObject
            {
                ["type"] = "object",
                ["properties"] = new JsonObject(ConfigurationReader.ScheduleKeys.Select(key => KeyValuePair.Create(key, (JsonNode?)new JsonObject { ["type"] = "string" }))),
                ["required"] = new JsonArray("Cron"),
                ["additionalProperties"] = false,
            },
        };
        return section;
    }

    /// <summary>Every ':' of a name is one level deeper. Nothing else may stand there: an unknown key is a fault.</summary>
    private static JsonObject Section(List<(string[] Path, Setting Setting)> settings) => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject(settings.GroupBy(setting => setting.Path[0]).Select(group => KeyValuePair.Create(group.Key, (JsonNode?)(group.First().Path.Length == 1
            ? Value(group.First().Setting) : Section([.. group.Select(setting => (setting.Path[1..], setting.Setting))]))))),
        ["additionalProperties"] = false,
    };

    private static JsonObject Value(Setting setting)
    {
        var number = int.TryParse(setting.Default, out var size);
        JsonObject value = new()
        {
            ["description"] = $"{setting.Meaning} (also {setting.Variable})",
            ["type"] = number ? new JsonArray("integer", "string", "null") : new JsonArray("string", "null"),
        };
        if (setting.Default is { } standard) value["default"] = number ? JsonValue.Create(size) : JsonValue.Create(standard);
        return value;
    }
}
