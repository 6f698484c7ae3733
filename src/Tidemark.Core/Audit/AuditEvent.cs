using System.Text.Json.Serialization;

namespace Tidemark.Audit;

/// <summary>One line of the audit log: who did what to what, and how it ended.</summary>
internal sealed record AuditEvent
{
    public const string SettingsChanged = "SETTINGS_CHANGED";

    public required DateTimeOffset At { get; init; }

    /// <summary>DB_BACKUP_CREATED, DB_RESTORE_REFUSED, …: frozen names.</summary>
    public required string Action { get; init; }

    /// <summary>ok, partly, notChecked, skipped, failed or refused.</summary>
    public required string Outcome { get; init; }

    /// <summary>user@host.</summary>
    public required string Actor { get; init; }

    public required string Database { get; init; }

    public string? RunId { get; init; }

    /// <summary>The schedule that asked for it.</summary>
    public string? Schedule { get; init; }

    public string? BackupId { get; init; }

    public string? File { get; init; }

    /// <summary>Host and port.</summary>
    public string? Server { get; init; }

    /// <summary>beside, swap, into or inplace.</summary>
    public string? Mode { get; init; }

    /// <summary>The database that received the rows, or the store that was written to.</summary>
    public string? Target { get; init; }

    /// <summary>The database that was kept, or, for DB_RESTORE_FORGOTTEN, dropped.</summary>
    public string? Kept { get; init; }

    /// <summary>Only when --force was given.</summary>
    public bool? Force { get; init; }

    /// <summary>In the words of whoever asked.</summary>
    public string? Reason { get; init; }

    public double? DurationSeconds { get; init; }

    public string? ErrorCode { get; init; }

    public string? Error { get; init; }

    public string? Why { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(UtcTime)])]
[JsonSerializable(typeof(AuditEvent))]
internal sealed partial class AuditJson : JsonSerializerContext;
