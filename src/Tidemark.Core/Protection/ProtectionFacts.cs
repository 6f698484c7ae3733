using Tidemark.Dumps;
using Tidemark.Journal;

namespace Tidemark.Protection;

/// <summary>All that folder and journal say of one database of one server.</summary>
internal sealed record ProtectionFacts
{
    public required string Database { get; init; }

    /// <summary>The system identifier of its server; null when no backup says it.</summary>
    public string? Server { get; init; }

    public IReadOnlyList<DumpEntry> Backups { get; init; } = [];

    /// <summary>Parts of the folder that could not be looked at: any database may have backups there.</summary>
    public int Unseen { get; init; }

    /// <summary>How many stores each backup goes to.</summary>
    public int Stores { get; init; } = 1;

    /// <summary>Of backups that are still good.</summary>
    public IReadOnlyList<ProvenPoint> Proofs { get; init; } = [];

    /// <summary>The latest backup that has ended, or whose process is gone.</summary>
    public RunRow? LastBackup { get; init; }

    /// <summary>How long it would take to restore the newest good backup; null: that was never measured, or there is none.</summary>
    public RestoreForecast? Forecast { get; init; }
}
