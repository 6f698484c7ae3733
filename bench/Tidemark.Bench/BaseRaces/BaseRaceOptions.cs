using System.Text.RegularExpressions;

namespace Tidemark.Bench.BaseRaces;

/// <summary>What the user asked for.</summary>
internal sealed record BaseRaceOptions
{
    /// <summary>Of pgbench; everything else in the cluster grows with it. 100 makes 2.8 GB.</summary>
    public required int Scale { get; init; }

    /// <summary>Measured rounds of each race, after one that is not.</summary>
    public required int Repetitions { get; init; }

    /// <summary>Races whose name it does not match are left out.</summary>
    public required Regex Only { get; init; }

    public required int Major { get; init; }

    /// <summary>Where table, plot and JSON go.</summary>
    public required string Out { get; init; }

    /// <summary>A folder on a real disk for the server and all that is written.</summary>
    public required string Disk { get; init; }
}
