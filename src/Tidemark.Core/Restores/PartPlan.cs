using Tidemark.Dumps;

namespace Tidemark.Restores;

/// <summary>What of an archive comes back, entry by entry, and what does not.</summary>
internal sealed record PartPlan
{
    public required RestorePart Asked { get; init; }

    /// <summary>Ids of the entries to restore, in the archive's order.</summary>
    public required IReadOnlyList<int> Entries { get; init; }

    /// <summary>Tables whose rows come; with <see cref="PartContent.SchemaOnly"/>, whose rows would.</summary>
    public required IReadOnlyList<(string Schema, string Table)> Tables { get; init; }

    /// <summary>Tables that the asked ones cannot be made without: they come without their rows.</summary>
    public IReadOnlyList<string> AlsoMade { get; init; } = [];

    /// <summary>What refers to the asked tables and does not come, each with the reason.</summary>
    public IReadOnlyList<string> LeftOut { get; init; } = [];

    /// <summary>The rows that must be there afterwards.</summary>
    /// <param name="held">What the dump holds.</param>
    public IReadOnlyList<TableRows> RowsOf(IReadOnlyList<TableRows> held)
    {
        var tables = Tables.ToHashSet();
        return [.. held.Where(table => tables.Contains((table.Schema, table.Table))).Select(table => Asked.Content == PartContent.SchemaOnly ? table with { Rows = 0 } : table)];
    }
}
