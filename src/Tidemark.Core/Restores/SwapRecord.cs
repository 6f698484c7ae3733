using System.Text.Json.Serialization;

namespace Tidemark.Restores;

/// <summary>What a swap is about to do and has done; on disk before the first step, so that any later start can repair.</summary>
internal sealed record SwapRecord
{
    public required string Id { get; init; }

    public required SwapPhase Phase { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Host and port, to tell servers apart; no secret.</summary>
    public required string Server { get; init; }

    public required string SystemIdentifier { get; init; }

    /// <summary>The name that both databases want.</summary>
    public required string Database { get; init; }

    /// <summary>The OID of the database that had the name.</summary>
    public required uint OldOid { get; init; }

    /// <summary>The name it is kept under.</summary>
    public required string Kept { get; init; }

    public required bool OldAllowedConnections { get; init; }

    /// <summary>The OID and name of the database that takes the name.</summary>
    public required uint NewOid { get; init; }

    public required string NewName { get; init; }

    /// <summary>The swap that this one takes back; null for a swap of its own.</summary>
    public string? Undoes { get; init; }

    public string? BackupId { get; init; }

    public DateTimeOffset? RecoveryPoint { get; init; }
}

[JsonConverter(typeof(JsonStringEnumConverter<SwapPhase>))]
internal enum SwapPhase
{
    /// <summary>Written; nothing, or only the closing of connections, has been done.</summary>
    Prepared,

    /// <summary>Both names are changed.</summary>
    Swapped,

    /// <summary>The kept database was dropped on request.</summary>
    Forgotten,
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SwapRecord))]
[JsonSerializable(typeof(RestoreRecord))]
internal sealed partial class RestoreJson : JsonSerializerContext;
