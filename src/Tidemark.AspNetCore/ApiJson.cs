using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;
using Tidemark.AspNetCore.Api;

namespace Tidemark.AspNetCore;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(UtcTime)])]
[JsonSerializable(typeof(TaskDocument))]
[JsonSerializable(typeof(BackupAsked))]
[JsonSerializable(typeof(ProblemDetails))]
internal sealed partial class ApiJson : JsonSerializerContext;
