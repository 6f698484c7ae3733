using System.Text.Json.Serialization;

namespace Tidemark.Retention;

/// <summary>Never expire this dump; kept beside it as <c>file.pin.json</c>.</summary>
internal sealed record PinMark
{
    public required string Reason { get; init; }

    /// <summary>user@host.</summary>
    public required string By { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>The moment it ends; null: it holds until somebody takes it off.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Why it cannot be read: it then holds without an end.</summary>
    [JsonIgnore]
    public string? Finding { get; init; }

    public bool Holds(DateTimeOffset now) => Until is not { } until || now < until;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(PinMark))]
internal sealed partial class PinJson : JsonSerializerContext;
