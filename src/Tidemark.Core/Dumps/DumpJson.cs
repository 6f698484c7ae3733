using System.Text.Json.Serialization;

namespace Tidemark.Dumps;

/// <summary>How manifests and marks are written: camelCase, readable, absent values left out.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(DumpManifest))]
[JsonSerializable(typeof(CheckMark))]
internal sealed partial class DumpJson : JsonSerializerContext;
