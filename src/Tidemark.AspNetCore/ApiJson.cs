using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;
using Tidemark.AspNetCore.Api;
using Tidemark.AspNetCore.Health;
using Tidemark.Hosting;

namespace Tidemark.AspNetCore;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(UtcTime), typeof(ReadinessStateConverter)])]
[JsonSerializable(typeof(TaskDocument))]
[JsonSerializable(typeof(BackupAsked))]
[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(ReadinessDocument))]
internal sealed partial class ApiJson : JsonSerializerContext;

internal sealed class ReadinessStateConverter() : JsonStringEnumConverter<ReadinessState>(JsonNamingPolicy.CamelCase);
