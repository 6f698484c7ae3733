namespace Tidemark.Standbys;

/// <summary>What differs between the schemas, and the scripts that mend it; pure.</summary>
/// <param name="Findings">In sentences.</param>
/// <param name="OnPrimary">Statements to run there, first.</param>
/// <param name="OnStandby">Statements to run there, then.</param>
internal sealed record SchemaDrift(IReadOnlyList<string> Findings, IReadOnlyList<string> OnPrimary, IReadOnlyList<string> OnStandby)
{
    /// <param name="publication">Of the standby, and its subscription.</param>
    /// <param name="primary">What is there.</param>
    /// <param name="standby">What is there.</param>
    /// <param name="tables">Of the primary, that should travel.</param>
    /// <param name="travelling">Quoted: what is published, with roots for their partitions.</param>
    /// <param name="unsubscribed">Published, and unknown to the subscription.</param>
    /// <param name="dump">The statements that make a table; by its name.</param>
    public static SchemaDrift Of(string publication, IReadOnlyList<SchemaObject> primary, IReadOnlyList<SchemaObject> standby, IReadOnlyList<PrimaryTable> tables, IReadOnlySet<string> travelling, IReadOnlyList<string> unsubscribed, Func<string, string> dump)
    {
        var there = standby.ToLookup(one => (one.Kind, one.Name));
        var lacking = primary.Where(one => !there.Contains((one.Kind, one.Name))).ToList();
        var absent = lacking.Where(one => one.Kind == "table").Select(one => one.Name).ToHashSet(StringComparer.Ordinal);
        List<string> findings = [], onPrimary = [], onStandby = [];

        foreach (var one in primary.Where(one => one.Of is null || !absent.Contains(one.Of)))
            if (!there.Contains((one.Kind, one.Name)))
            {
                findings.Add($"the standby lacks {one.Kind} {one.Name}");
                onStandby.Add(one.Create.Length == 0 ? dump(one.Name) : one.Create + ";");
            }
            else if (there[(one.Kind, one.Name)].First() is var ours && ours.Definition != one.Definition)
            {
                findings.Add($"{one.Kind} {one.Name} differs on the standby");
                onStandby.Add(one.Change is { } change ? change + ";" : Drop(one) + ";\n" + one.Create + ";");
            }

        // A function may speak of a table that is made after it.
        if (onStandby.Exists(statement => statement.StartsWith("CREATE OR REPLACE", StringComparison.Ordinal))) onStandby.Insert(0, "SET check_function_bodies = off;");

        foreach (var table in tables.Where(table => !table.Identified))
        {
            findings.Add(travelling.Contains(table.Name) ? $"table {table.Name} has lost its primary key or replica identity: its rows can be neither updated nor deleted now" : $"table {table.Name} has neither a primary key nor a replica identity");
            onPrimary.Add($"ALTER TABLE {table.Name} REPLICA IDENTITY FULL; -- better, where it can have one: ALTER TABLE {table.Name} ADD PRIMARY KEY (…);");
        }
        var unpublished = tables.Where(table => !travelling.Contains(table.Name)).Select(table => table.Name).ToList();
        foreach (var table in unpublished)
        {
            findings.Add($"table {table} is not published");
            onPrimary.Add($"ALTER PUBLICATION {publication} ADD TABLE {table};");
        }
        findings.AddRange(unsubscribed.Except(unpublished).Select(table => $"table {table} is published and not yet followed"));
        if (unpublished.Count + unsubscribed.Count > 0 || absent.Count > 0) onStandby.Add($"ALTER SUBSCRIPTION {publication} REFRESH PUBLICATION;");

        var here = primary.ToLookup(one => (one.Kind, one.Name));
        foreach (var extra in standby.Where(one => !here.Contains((one.Kind, one.Name)) && (one.Of is null || here.Contains(("table", one.Of)))))
        {
            findings.Add($"the standby has {extra.Kind} {extra.Name}, which the primary has not");
            onStandby.Add($"-- if nobody needs it: {Drop(extra)};");
        }
        return new SchemaDrift(findings, onPrimary, onStandby);
    }

    private static string Drop(SchemaObject one) => one.Kind switch
    {
        "column" => $"ALTER TABLE {one.Of} DROP COLUMN {one.Name[(one.Of!.Length + 1)..]}",
        "constraint" => $"ALTER TABLE {one.Of} DROP CONSTRAINT {one.Name[(one.Of!.Length + 1)..]}",
        "trigger" => $"DROP TRIGGER {one.Name[(one.Of!.Length + 1)..]} ON {one.Of}",
        _ => $"DROP {one.Kind.ToUpperInvariant()} {one.Name}",
    };
}
