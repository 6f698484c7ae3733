using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tidemark.Drills.Checks;

/// <summary>A question of the user's to the restored database, and the answer that must come. Without any the answer must be true.</summary>
internal sealed record DrillAssertion
{
    public required string Name { get; init; }

    /// <summary>A SELECT of one value.</summary>
    public required string Sql { get; init; }

    /// <summary>The answer as text; a number is compared as one.</summary>
    [JsonPropertyName("equals")]
    public string? Equal { get; init; }

    /// <summary>How far a number may be away from it: 5, or 2%.</summary>
    public string? Tolerance { get; init; }

    public decimal? Min { get; init; }

    public decimal? Max { get; init; }

    /// <exception cref="Fault"><see cref="FaultCode.Configuration"/> (6): the file cannot be read, or is of another shape.</exception>
    public static IReadOnlyList<DrillAssertion> ReadAll(string? path)
    {
        if (path is null) return [];
        try
        {
            var all = JsonSerializer.Deserialize(File.ReadAllBytes(path), AssertionJson.Default.ListDrillAssertion) ?? throw new JsonException("it says null");
            foreach (var one in all)
                if (one.Tolerance is not null && (one.Allowed(0) is null || Number(one.Equal) is null)) throw new JsonException($"\"{one.Name}\": tolerance is a number or a percentage of a number in equals: \"equals\": \"1000\", \"tolerance\": \"2%\"");
            return all;
        }
        catch (Exception unreadable) when (unreadable is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new Fault(FaultCode.Configuration, "the assertions for drills cannot be read", unreadable) { Where = path, Why = unreadable.Message, Next = """write [{ "name": "orders are there", "sql": "select count(*) from orders", "min": 1 }]""" };
        }
    }

    /// <summary>What must come, in words.</summary>
    public string Expected => Equal is not null ? $"{Equal}{(Tolerance is null ? "" : $" ± {Tolerance}")}"
        : Min is null && Max is null ? "true"
        : string.Join(" and ", ((string?[])[Min is { } least ? string.Create(CultureInfo.InvariantCulture, $"at least {least}") : null, Max is { } most ? string.Create(CultureInfo.InvariantCulture, $"at most {most}") : null]).OfType<string>());

    public bool Holds(string? answer)
    {
        var number = Number(answer);
        if (Min is { } least && !(number >= least) || Max is { } most && !(number <= most)) return false;
        if (Equal is null) return Min is not null || Max is not null || answer == "true";
        return number is { } got && Number(Equal) is { } wanted ? Math.Abs(got - wanted) <= (Allowed(wanted) ?? 0) : answer == Equal;
    }

    private decimal? Allowed(decimal wanted) => Tolerance is not { } text ? null
        : text.EndsWith('%') ? Number(text[..^1]) is { } percent ? Math.Abs(wanted) * percent / 100 : null : Number(text);

    private static decimal? Number(string? text) => decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
}

/// <remarks>Numbers may stand for texts: 5 is "5".</remarks>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, ReadCommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, RespectNullableAnnotations = true, Converters = [typeof(TextOrNumber)])]
[JsonSerializable(typeof(List<DrillAssertion>))]
internal sealed partial class AssertionJson : JsonSerializerContext;

internal sealed class TextOrNumber : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.Number => System.Text.Encoding.UTF8.GetString(reader.ValueSpan),
        JsonTokenType.True => "true",
        JsonTokenType.False => "false",
        JsonTokenType.String => reader.GetString(),
        _ => throw new JsonException("a text or a number is expected"),
    };

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
