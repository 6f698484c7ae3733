using Tidemark.Postgres;

namespace Tidemark.Dumps;

/// <summary>What the user asked to be dumped.</summary>
internal sealed record DumpOptions
{
    /// <summary>The database to dump.</summary>
    public required DatabaseAddress Address { get; init; }

    public required string Database { get; init; }

    public required DumpFormat Format { get; init; }

    /// <summary>In the flat layout the first part of the file name; in the dated layout kept in the manifest.</summary>
    public string? Label { get; init; }

    /// <summary>How long pg_dump waits for a table that somebody else has locked.</summary>
    public required TimeSpan LockWait { get; init; }

    /// <summary>One of several databases of one run: a flat name then says which.</summary>
    public bool OneOfSeveral { get; init; }

    /// <summary>A flat name ends in the hash of its content. Those of a schedule do not: their label is the time.</summary>
    public bool HashInName { get; init; } = true;

    /// <summary>Read the whole dump on its way, to its trailer, and count rows. Without it the dump never counts as good until verified.</summary>
    public bool Check { get; init; } = true;
}

/// <summary>How far a dump is.</summary>
/// <param name="Dumped">Bytes that came from pg_dump.</param>
/// <param name="Stored">Bytes written to the store.</param>
/// <param name="TablesDone">Tables whose data is complete.</param>
/// <param name="TablesTotal">Tables that the database has.</param>
/// <param name="Fraction">Of the work, 0 to 1, by the size of the tables done; null when it cannot be known.</param>
internal sealed record DumpProgress(long Dumped, long Stored, int TablesDone, int TablesTotal, double? Fraction);

/// <summary>What came out.</summary>
/// <param name="Manifest">With the name that was wanted; a copy tells the one it has.</param>
/// <param name="Copies">One a store, in the order of the stores; at least one of them is there.</param>
/// <param name="Duration">From the first question to the last manifest.</param>
internal sealed record DumpReport(DumpManifest Manifest, IReadOnlyList<DumpCopy> Copies, TimeSpan Duration)
{
    /// <summary>The first that is there.</summary>
    public DumpCopy Kept => Copies.First(copy => copy.Manifest is not null);
}
