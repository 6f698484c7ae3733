using Tidemark.Dumps;

namespace Tidemark.Restores;

/// <summary>How a restore ended; each has its own exit code (DESIGN: outcomes of restores).</summary>
internal enum RestoreOutcome
{
    /// <summary>Every statement took effect or is known to be benign, and every table has its rows.</summary>
    Checked,

    /// <summary>Restored, but the rows were not compared.</summary>
    NotChecked,

    /// <summary>All rows are there; something else is not.</summary>
    Partly,
}

/// <summary>What came out of a restore that did not fail.</summary>
internal sealed record RestoreReport
{
    public required RestoreOutcome Outcome { get; init; }

    public required DumpEntry Source { get; init; }

    /// <summary>The database that now holds the rows.</summary>
    public required string Database { get; init; }

    /// <summary>The swap that was done, if one was.</summary>
    public SwapRecord? Swap { get; init; }

    /// <summary>What of the dump was asked for; null: all of it.</summary>
    public PartPlan? Part { get; init; }

    /// <summary>Errors that left something out, with the reason.</summary>
    public required IReadOnlyList<string> Missing { get; init; }

    /// <summary>Errors that are known to matter nothing, with the reason.</summary>
    public required IReadOnlyList<string> Benign { get; init; }

    /// <summary>Roles that the dump names and the server lacked.</summary>
    public IReadOnlyList<CreatedRole> CreatedRoles { get; init; } = [];

    public required int Tables { get; init; }

    public required long Rows { get; init; }

    public required TimeSpan Duration { get; init; }

    public required RestoreTimes Times { get; init; }
}

/// <summary>What the parts of a restore took that a user waits for; to compare rows is not among them.</summary>
/// <param name="Restoring">Until every row was there.</param>
/// <param name="AfterRestore">The hook; null: there is none.</param>
/// <param name="SmokeTest">As above.</param>
internal sealed record RestoreTimes(TimeSpan Restoring, TimeSpan? AfterRestore, TimeSpan? SmokeTest);

/// <summary>How far a restore is.</summary>
/// <param name="Step">What is being done, in words.</param>
/// <param name="Done">Bytes read, or tables counted.</param>
/// <param name="Total">Of how many.</param>
/// <param name="Unit">bytes or tables.</param>
internal sealed record RestoreProgress(string Step, long Done, long Total, string Unit);
