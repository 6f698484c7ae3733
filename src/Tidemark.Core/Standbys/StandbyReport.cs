using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tidemark.Standbys;

/// <summary>How a standby is.</summary>
internal sealed record StandbyReport
{
    public required string Name { get; init; }

    public required StandbyState State { get; init; }

    public required StandbyPhase Phase { get; init; }

    /// <summary>Without secrets.</summary>
    public required string Primary { get; init; }

    public required string Standby { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Measured by a row that travels; null: none has come yet, or a side does not answer.</summary>
    public double? LagSeconds { get; init; }

    /// <summary>WAL of the primary that the standby has not confirmed.</summary>
    public long? LagBytes { get; init; }

    public required double ObjectiveSeconds { get; init; }

    /// <summary>WAL that the primary keeps for the standby.</summary>
    public long? HeldBytes { get; init; }

    public required long SlotLimit { get; init; }

    /// <summary>Tables by how far they are.</summary>
    public IReadOnlyList<FollowedTable> Tables { get; init; } = [];

    public int? Sequences { get; init; }

    public IReadOnlyList<Trouble> Troubles { get; init; } = [];

    /// <summary>Null: it was not looked for.</summary>
    public SchemaDrift? Drift { get; init; }

    /// <summary>What does not travel.</summary>
    public required IReadOnlyList<string> Gaps { get; init; }

    /// <summary>On the primary: when the newest row that came was written.</summary>
    public DateTimeOffset? NewestBeat { get; init; }
}

[JsonConverter(typeof(StandbyStateWords))]
internal enum StandbyState
{
    /// <summary>Within its objective.</summary>
    Following,

    /// <summary>Further behind than the objective allows.</summary>
    Late,

    /// <summary>The first copy is not done.</summary>
    Copying,

    /// <summary>It does not follow, and will not by itself.</summary>
    Broken,

    /// <summary>A side does not answer.</summary>
    Unknown,

    Promoted,
}

internal sealed class StandbyStateWords() : JsonStringEnumConverter<StandbyState>(JsonNamingPolicy.CamelCase);

/// <summary>A table on the standby.</summary>
/// <param name="Name">Quoted, with its schema.</param>
/// <param name="State">waiting, copying, copied, catching up, following.</param>
internal sealed record FollowedTable(string Name, string State);

/// <summary>Something that is wrong, and what helps.</summary>
/// <param name="What">In a sentence.</param>
/// <param name="Why">What is known of the cause.</param>
/// <param name="Next">Something to type.</param>
internal sealed record Trouble(string What, string Why, string Next);
