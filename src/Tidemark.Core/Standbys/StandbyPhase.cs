using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tidemark.Standbys;

/// <summary>How far a standby is. Each is noted before its work begins.</summary>
[JsonConverter(typeof(StandbyPhaseWords))]
internal enum StandbyPhase
{
    /// <summary>Roles, the database, its tables and keys.</summary>
    Preparing,

    /// <summary>Publication and slot on the primary, the subscription on the standby, and the first copy of all rows.</summary>
    Copying,

    /// <summary>The other indexes, foreign keys and triggers.</summary>
    Indexing,

    Streaming,

    /// <summary>On its way to be a database of its own.</summary>
    Promoting,

    Promoted,

    Dropping,
}

internal sealed class StandbyPhaseWords() : JsonStringEnumConverter<StandbyPhase>(JsonNamingPolicy.CamelCase);
