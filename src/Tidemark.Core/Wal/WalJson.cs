using System.Text.Json.Serialization;

namespace Tidemark.Wal;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(IncarnationNote))]
[JsonSerializable(typeof(WalReachNote))]
[JsonSerializable(typeof(PushedNote))]
[JsonSerializable(typeof(WalPlanDocument))]
internal sealed partial class WalJson : JsonSerializerContext;
