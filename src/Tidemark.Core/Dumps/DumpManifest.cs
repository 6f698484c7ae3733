using System.Text.Json.Serialization;
using Tidemark.Postgres;

namespace Tidemark.Dumps;

/// <summary>The document that makes a dump exist; it lies beside the dump as <c>file.json</c> and is written last.</summary>
internal sealed record DumpManifest
{
    public const string FullCheck = "full";
    public const string NoCheck = "none";

    public int ManifestVersion { get; init; } = 1;

    public required string Id { get; init; }

    public string Kind { get; init; } = "dump";

    public string Cluster { get; init; } = "default";

    public required string Database { get; init; }

    public string? Label { get; init; }

    /// <summary>The key in the store: a relative path with forward slashes.</summary>
    public required string File { get; init; }

    public required string Format { get; init; }

    /// <summary>Bytes stored.</summary>
    public required long Size { get; init; }

    /// <summary>SHA-256 of the stored bytes, lower-case hex.</summary>
    public required string Sha256 { get; init; }

    /// <summary>SHA-256 of the dump before any encryption.</summary>
    public required string ContentSha256 { get; init; }

    /// <summary>Bytes that pg_dump wrote, before our own compression.</summary>
    public required long DumpedBytes { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>The start of the snapshot: every commit before it is in the dump.</summary>
    public required DateTimeOffset RecoveryPoint { get; init; }

    public required DateTimeOffset FinishedAt { get; init; }

    /// <summary>full: read to its trailer, every table's rows counted, before it got its name. none: not checked.</summary>
    public required string Check { get; init; }

    /// <summary>The key of the roles and tablespaces that were dumped beside; null when that was not possible (see gaps).</summary>
    public string? Globals { get; init; }

    public string? ServerVersion { get; init; }

    public string? ClientVersion { get; init; }

    public string? SystemIdentifier { get; init; }

    /// <summary>Null for an adopted file: it does not say.</summary>
    public DatabaseFacts? DatabaseFacts { get; init; }

    /// <summary>Rows per table, counted in the dump itself.</summary>
    [JsonConverter(typeof(TableRowsConverter))]
    public IReadOnlyList<TableRows> Rows { get; init; } = [];

    public long LargeObjects { get; init; }

    /// <summary>Roles that the dump names as owners or in grants.</summary>
    public IReadOnlyList<string> Roles { get; init; } = [];

    public IReadOnlyList<string> Extensions { get; init; } = [];

    /// <summary>Public keys that the dump is encrypted to (age), or <c>passphrase</c>; empty for one that is not.</summary>
    public IReadOnlyList<string> Recipients { get; init; } = [];

    /// <summary>What the dump does not hold.</summary>
    public IReadOnlyList<CoverageGap> Gaps { get; init; } = [];

    /// <summary>What pg_dump and the choice of client warned of.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The database's write counters at the snapshot: a later restore tells from them what was written since.</summary>
    public WriteCounters? Writes { get; init; }

    /// <summary>What may lie beside an encrypted dump for all to read: no table, no role. The whole lies there encrypted.</summary>
    public DumpManifest ForAll() => this with
    {
        DatabaseFacts = null,
        Rows = [],
        Roles = [],
        Extensions = [],
        Warnings = [],
        Gaps = [.. Gaps.Select(gap => gap with { Object = "(encrypted)", Why = "in the encrypted manifest" }).Distinct()],
    };
}

/// <summary>Something in or around the database that a restore of this dump does not bring back.</summary>
/// <param name="Kind">A stable word: role-passwords, foreign-table, subscription, …</param>
/// <param name="Object">What it concerns.</param>
/// <param name="Why">In a sentence.</param>
internal sealed record CoverageGap(string Kind, string Object, string Why)
{
    /// <summary>The kind that every adopted dump has, and no other.</summary>
    public const string Adopted = "adopted";

    /// <summary>A table of an adopted dump that would come back empty: such a dump is never good.</summary>
    public const string NoData = "no-data";

    /// <summary>A table of the database whose rows the dump does not hold.</summary>
    public const string NotInDump = "not-in-dump";
}

/// <summary>Cumulative counters of pg_stat_database; comparable only while <paramref name="StatsReset"/> and the database's OID stay.</summary>
internal sealed record WriteCounters(long Inserted, long Updated, long Deleted, DateTimeOffset? StatsReset);
