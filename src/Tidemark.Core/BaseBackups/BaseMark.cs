namespace Tidemark.BaseBackups;

/// <summary>What was found out or decided of a base backup after it was taken: written once beside it, never changed, as <c>bases/ID/marks/TIME-KIND</c>.</summary>
internal sealed record BaseMark : IBaseDocument
{
    /// <summary>It never goes by a rule. Holds until an <see cref="Unpin"/> names it.</summary>
    public const string Pin = "pin";

    /// <summary>Takes the pins off that it names.</summary>
    public const string Unpin = "unpin";

    /// <summary>It was read again.</summary>
    public const string Verified = "verified";

    /// <summary>A drill restored it and found it right.</summary>
    public const string Proven = "proven";

    /// <summary>No rule keeps it: its objects go when the grace time is over.</summary>
    public const string Tombstone = "tombstone";

    /// <summary>Its run is alive; only beside one without a manifest.</summary>
    public const string Renewed = "renewed";

    /// <summary>Sentences in a mark; the report that it is of may have more.</summary>
    public const int MostFindings = 20;

    /// <summary>Bytes.</summary>
    public const int Largest = 256 * 1024;

    public static string Kind => "base mark";

    public static int Known => 1;

    public string What { get; init; } = Kind;

    public int Format { get; init; } = Known;

    /// <summary>Of the backup.</summary>
    public required string Id { get; init; }

    /// <summary>One of the constants.</summary>
    public required string Type { get; init; }

    /// <summary>By the clock of whoever made it.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>user@host.</summary>
    public required string By { get; init; }

    /// <summary>Why it is pinned, or goes.</summary>
    public string? Reason { get; init; }

    /// <summary>Of a pin: the moment it ends; null: it holds until it is taken off.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Of an unpin: names of the pins.</summary>
    public IReadOnlyList<string> Of { get; init; } = [];

    /// <summary>Of a verification: nothing was found.</summary>
    public bool? Passed { get; init; }

    /// <summary>Of a verification that found something: a sentence each, <see cref="MostFindings"/> at most.</summary>
    public IReadOnlyList<string> Findings { get; init; } = [];

    /// <summary>Of a proof: how far the log was replayed, and the moment that came back.</summary>
    public WalPoint? Reached { get; init; }

    /// <summary>Of a proof: the run, which has a report.</summary>
    public string? Drill { get; init; }

    /// <summary>Of a proof: what the drill measured; null: it could not.</summary>
    public double? RpoSeconds { get; init; }

    public double? RtoSeconds { get; init; }
}
