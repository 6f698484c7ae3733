using System.Text.Json.Serialization;

namespace Tidemark.Standbys;

/// <summary>What is known here of a standby: where it is, and what of ours may be on either side. On disk before anything is made.</summary>
/// <param name="Id">Its name.</param>
internal sealed record StandbyRecord(string Id)
{
    /// <summary>The primary, without secrets: whoever comes later must mean the same.</summary>
    public required string Source { get; init; }

    /// <summary>As it was typed, never with a password.</summary>
    public required string Target { get; init; }

    /// <summary>How the standby reaches the primary, as it was typed; null: as DATABASE_URL says.</summary>
    public string? SourceSeen { get; init; }

    public required StandbyPhase Phase { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>The database was not there before.</summary>
    public bool MadeDatabase { get; init; }

    public IReadOnlyList<string> MadeRoles { get; init; } = [];

    /// <summary>Of the standby's server, which names the slots of the first copy after itself and the subscription.</summary>
    public string? TargetSystem { get; init; }

    public long? SubscriptionOid { get; init; }

    /// <summary>What of the primary does not travel.</summary>
    public IReadOnlyList<string> Gaps { get; init; } = [];

    /// <summary>How far behind it may be, as a duration.</summary>
    public string Objective { get; init; } = "5m";

    /// <summary>WAL that the primary may keep for it; bytes.</summary>
    public long SlotLimit { get; init; } = DefaultSlotLimit;

    /// <summary>At the limit the slot is dropped, and the standby with it is lost.</summary>
    public bool GivesUp { get; init; }

    /// <summary>The throw-away copy of a rehearsal; null: none is there.</summary>
    public string? Rehearsal { get; init; }

    public const long DefaultSlotLimit = 10L << 30;

    [JsonIgnore]
    public string Object => StandbyName.ObjectOf(Id);

    [JsonIgnore]
    public TimeSpan Rpo => Duration.Parse(Objective).Span;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, RespectNullableAnnotations = true, Converters = [typeof(UtcTime)])]
[JsonSerializable(typeof(StandbyRecord))]
[JsonSerializable(typeof(StandbyReport))]
[JsonSerializable(typeof(PrimaryFacts))]
[JsonSerializable(typeof(TargetFacts))]
internal sealed partial class StandbyJson : JsonSerializerContext;
