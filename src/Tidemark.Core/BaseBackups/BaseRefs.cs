using System.Text.Json.Serialization;

namespace Tidemark.BaseBackups;

/// <summary>What listing, pruning and sweeping must know of a backup, never encrypted and without names of files. The packs stand behind it, one a line.</summary>
internal sealed record BaseRefs : IBaseDocument
{
    public const string Full = "full", Increment = "incr";

    public static string Kind => "base refs";

    public static int Known => 1;

    public string What { get; init; } = Kind;

    public int Format { get; init; } = Known;

    public required string Id { get; init; }

    /// <summary>Decimal.</summary>
    public required string SystemIdentifier { get; init; }

    /// <summary><see cref="Full"/> or <see cref="Increment"/>. Either restores by itself.</summary>
    public required string Type { get; init; }

    public string? Parent { get; init; }

    public required WalSpan Wal { get; init; }

    /// <summary>Of a segment of that WAL; null: written before refs said it.</summary>
    [JsonPropertyName("walSegmentSize")]
    public int? WalSegmentBytes { get; init; }

    /// <summary>How many lines follow the signature.</summary>
    public required int Packs { get; init; }

    /// <summary>Bytes that these have together.</summary>
    public required long PackBytes { get; init; }

    /// <summary>Of all these lines; hex.</summary>
    public required string PackLines { get; init; }
}
