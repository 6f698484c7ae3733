using System.Text.Json.Serialization;

namespace Tidemark.Hosting;

/// <summary>What somebody asked the service to do, as it waits in the journal.</summary>
internal sealed record TaskRequest
{
    /// <summary>backup, base-backup, restore, verify, prune or drill.</summary>
    public required string Kind { get; init; }

    /// <summary>Null: the one in DATABASE_URL. Of a verify or a prune it is only told.</summary>
    public string? Database { get; init; }

    /// <summary>custom or sql.gz; null: as configured.</summary>
    public string? Format { get; init; }

    public string? Label { get; init; }

    /// <summary>Of a backup: its name tells the database too.</summary>
    public bool OneOfSeveral { get; init; }

    /// <summary>Of a restore: id, file name, unique prefix, or latest. Of a verify: the id.</summary>
    public string? Source { get; init; }

    /// <summary>Of a restore: the file that came with the request, as an absolute path; removed when the restore has ended.</summary>
    public string? Upload { get; init; }

    /// <summary>beside (null), swap, into or inplace.</summary>
    public string? Mode { get; init; }

    /// <summary>For into.</summary>
    public string? ToDatabase { get; init; }

    /// <summary>Name of the existing database that may be changed.</summary>
    public string? Confirm { get; init; }

    public bool Force { get; init; }

    /// <summary>In the words of whoever asked; kept in the log of the run.</summary>
    public string? Reason { get; init; }

    /// <summary>The schedule that asks; null: a person or a program.</summary>
    public string? Schedule { get; init; }

    public DateTimeOffset? DueAt { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault, Converters = [typeof(UtcTime)])]
[JsonSerializable(typeof(TaskRequest))]
internal sealed partial class TaskJson : JsonSerializerContext;
