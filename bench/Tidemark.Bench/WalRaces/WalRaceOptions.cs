using System.Text.RegularExpressions;

namespace Tidemark.Bench.WalRaces;

/// <summary>What the user asked for.</summary>
internal sealed record WalRaceOptions
{
    /// <summary>Of 16 MiB.</summary>
    public required int Segments { get; init; }

    /// <summary>Measured rounds of each race, after one that is not.</summary>
    public required int Repetitions { get; init; }

    /// <summary>Races whose name it does not match are left out.</summary>
    public required Regex Only { get; init; }

    public required int Major { get; init; }

    /// <summary>Where the table and the JSON go.</summary>
    public required string Out { get; init; }

    /// <summary>A folder on a real disk for the server and all that is written.</summary>
    public required string Disk { get; init; }
}
