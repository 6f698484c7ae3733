using System.Text.Json;
using System.Text.Json.Serialization;
using Tidemark.AspNetCore.Api;
using Tidemark.AspNetCore.Health;
using Tidemark.AspNetCore.Problems;
using Tidemark.AspNetCore.Requests;
using Tidemark.Hosting;

namespace Tidemark.AspNetCore;

/// <summary>The documents of the API: shapes as <c>--json</c> writes them.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(UtcTime), typeof(ReadinessStateConverter)])]
[JsonSerializable(typeof(TaskDocument))]
[JsonSerializable(typeof(TasksDocument))]
[JsonSerializable(typeof(BackupAsked))]
[JsonSerializable(typeof(RestoreAsked))]
[JsonSerializable(typeof(PinAsked))]
[JsonSerializable(typeof(PinDocument))]
[JsonSerializable(typeof(BackupDocument))]
[JsonSerializable(typeof(BackupListDocument))]
[JsonSerializable(typeof(PruneDocument))]
[JsonSerializable(typeof(SchedulesDocument))]
[JsonSerializable(typeof(StatusDocument))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(int?))]
[JsonSerializable(typeof(ReadinessDocument))]
internal sealed partial class ApiJson : JsonSerializerContext;

internal sealed class ReadinessStateConverter() : JsonStringEnumConverter<ReadinessState>(JsonNamingPolicy.CamelCase);
