using System.Text.Json.Serialization;

namespace Tidemark.Protection;

/// <summary>What a drill leaves beside a backup that it restored and checked, as <c>file.proof.json</c>; the latest drill replaces it.</summary>
internal sealed record ProofMark
{
    /// <summary>Of the stored bytes that were restored: a mark proves no other file.</summary>
    public required string Sha256 { get; init; }

    public required DateTimeOffset RecoveryPoint { get; init; }

    public required DateTimeOffset ProvenAt { get; init; }

    /// <summary>The run of the drill.</summary>
    public required string ProvenBy { get; init; }

    /// <summary>That the drill measured; null: it could not.</summary>
    public double? RpoSeconds { get; init; }

    public double? RtoSeconds { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ProofMark))]
internal sealed partial class ProofJson : JsonSerializerContext;
