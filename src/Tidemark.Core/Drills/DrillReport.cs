using System.Text.Json.Serialization;
using Tidemark.Drills.Checks;

namespace Tidemark.Drills;

/// <summary>What a drill did and found: the evidence, as it is signed.</summary>
internal sealed record DrillReport
{
    /// <summary>The run.</summary>
    public required string Id { get; init; }

    public required DrillResult Result { get; init; }

    /// <summary>In a sentence: of a failure the first thing that failed, else what was proven.</summary>
    public required string Reason { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required DateTimeOffset FinishedAt { get; init; }

    public required DrillSubject Subject { get; init; }

    public required DrillObjectives Objectives { get; init; }

    public required DrillMeasures Measured { get; init; }

    /// <summary>What was damaged on purpose: then the drill had to fail, and passed means that it did. Null: nothing.</summary>
    public string? Sabotage { get; init; }

    /// <summary>Null: the drill did not come so far.</summary>
    public required DrillEnvironment? Environment { get; init; }

    public required IReadOnlyList<DrillPhase> Phases { get; init; }

    public required IReadOnlyList<DrillCheck> Checks { get; init; }

    /// <summary>What differs from what was asked for, and is no failure: remarks of checks, objectives that were not met.</summary>
    public required IReadOnlyList<string> Deviations { get; init; }

    /// <summary>Of an inconclusive one: the exit code of what broke.</summary>
    [JsonIgnore]
    public FaultCode? Broken { get; init; }

    /// <summary>Before anything is known.</summary>
    public static DrillReport Begin(string id, DateTimeOffset now, DrillObjectives objectives, DrillSubject subject) => new()
    {
        Id = id,
        Result = DrillResult.Inconclusive,
        Reason = "",
        StartedAt = now,
        FinishedAt = now,
        Subject = subject,
        Objectives = objectives,
        Measured = new DrillMeasures(),
        Environment = null,
        Phases = [],
        Checks = [],
        Deviations = [],
    };

    [JsonIgnore]
    public bool Passed => Result is DrillResult.Passed or DrillResult.PassedWithRemarks;
}

[JsonConverter(typeof(DrillResultWords))]
internal enum DrillResult
{
    Passed,

    PassedWithRemarks,

    /// <summary>The backup did not come back as it should.</summary>
    Failed,

    /// <summary>We broke, not the backup: nothing is known of it.</summary>
    Inconclusive,
}

internal sealed class DrillResultWords() : JsonStringEnumConverter<DrillResult>(System.Text.Json.JsonNamingPolicy.CamelCase);

/// <summary>A part of the drill that took time.</summary>
/// <param name="Name">In a word or two.</param>
/// <param name="Seconds">How long.</param>
/// <param name="Bytes">Read, or restored; null where there is nothing to count.</param>
internal sealed record DrillPhase(string Name, double Seconds, long? Bytes);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, RespectNullableAnnotations = true, Converters = [typeof(UtcTime)])]
[JsonSerializable(typeof(DrillReport))]
[JsonSerializable(typeof(DrillNote))]
internal sealed partial class DrillJson : JsonSerializerContext;
