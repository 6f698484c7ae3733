using System.Text.Json.Serialization;

namespace Tidemark.BaseBackups;

/// <summary>One line each: camelCase, absent values left out.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = false, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true, Converters = [typeof(UtcTime)])]
[JsonSerializable(typeof(BaseManifest))]
[JsonSerializable(typeof(BaseRefs))]
[JsonSerializable(typeof(BaseIntent))]
[JsonSerializable(typeof(BaseMark))]
[JsonSerializable(typeof(BaseRevocation))]
[JsonSerializable(typeof(SignatureLine))]
internal sealed partial class BaseJson : JsonSerializerContext;
