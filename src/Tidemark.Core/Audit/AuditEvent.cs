using System.Text.Json.Serialization;

namespace Tidemark.Audit;

/// <summary>One line of the audit log: who did what to what, and how it ended.</summary>
internal sealed record AuditEvent
{
    public required DateTimeOffset At { get; init; }

    /// <summary>DB_BACKUP_CREATED, DB_RESTORE_REFUSED, …: frozen names.</summary>
    public required string Action { get; init; }

    /// <summary>ok, failed or refused.</summary>
    public required string Outcome { get; init; }

    /// <summary>user@host.</summary>
    public required string Actor { get; init; }

    public required string Database { get; init; }

    public string? RunId { get; init; }

    public string? BackupId { get; init; }

    public string? File { get; init; }

    public double? DurationSeconds { get; init; }

    public string? ErrorCode { get; init; }

    public string? Error { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AuditEvent))]
internal sealed partial class AuditJson : JsonSerializerContext;
