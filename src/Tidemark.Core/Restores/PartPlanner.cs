using Tidemark.Dumps;

namespace Tidemark.Restores;

/// <summary>Turns the names that the user typed into entries of the archive. Pure.</summary>
internal static class PartPlanner
{
    /// <param name="source">The dump.</param>
    /// <param name="asked">What the user wants of it.</param>
    /// <param name="contents">The archive's table of contents.</param>
    /// <param name="inPlace">What the tables need is there already and must not be dropped.</param>
    /// <exception cref="Fault">4: a name is not in the dump. 2: it is in several schemas.</exception>
    public static PartPlan Plan(DumpEntry source, RestorePart asked, IReadOnlyList<ArchiveEntry> contents, bool inPlace)
    {
        var selection = new PartSelection(contents, inPlace);
        if (asked.NamesNothing) selection.TakeAll();
        foreach (var schema in asked.Schemas) selection.Ask(OfSchema(source, schema, contents));
        foreach (var table in asked.Tables) selection.Ask([OfTable(source, table, contents)]);
        if (!asked.NamesNothing) selection.Complete();
        var taken = contents.Where(selection.Takes).ToList();
        return new PartPlan
        {
            Asked = asked,
            Entries = [.. taken.Where(entry => Wanted(entry, asked)).Select(entry => entry.Id)],
            Tables = [.. taken.Where(entry => entry.Kind == "TABLE DATA").Select(entry => (entry.Schema ?? "", entry.Name)).Distinct()],
            AlsoMade = asked.NamesNothing || asked.Content == PartContent.DataOnly ? [] : selection.AlsoMade,
            LeftOut = asked.NamesNothing || asked.Content == PartContent.DataOnly ? [] : selection.LeftOut,
        };
    }

    private static bool Wanted(ArchiveEntry entry, RestorePart asked) => asked.Content switch
    {
        PartContent.SchemaOnly => !IsData(entry) && !IsLargeObject(entry),
        PartContent.DataOnly => entry.Kind is "TABLE DATA" or "SEQUENCE SET" || (asked.NamesNothing && IsLargeObject(entry)),
        _ => true,
    };

    private static bool IsData(ArchiveEntry entry) => entry.Kind is "TABLE DATA" or "SEQUENCE SET" or "MATERIALIZED VIEW DATA" or "STATISTICS DATA";

    private static bool IsLargeObject(ArchiveEntry entry) =>
        entry.Kind is "BLOB" or "BLOBS" or "BLOB METADATA" || (entry.Kind is "COMMENT" or "ACL" or "SECURITY LABEL" && entry.Name.StartsWith("LARGE OBJECT", StringComparison.Ordinal));

    private static List<ArchiveEntry> OfSchema(DumpEntry source, string typed, IReadOnlyList<ArchiveEntry> contents)
    {
        var schema = TableName.Unquoted(typed);
        var found = contents.Where(entry => entry.Schema == schema || (entry.Kind == "SCHEMA" && entry.Name == schema)).ToList();
        return found.Count > 0 ? found : throw Unknown(source, $"schema \"{schema}\"", $"--schema {typed}", NearNames.Of(schema, contents.Select(entry => entry.Kind == "SCHEMA" ? entry.Name : entry.Schema).OfType<string>()));
    }

    private static ArchiveEntry OfTable(DumpEntry source, string typed, IReadOnlyList<ArchiveEntry> contents)
    {
        var name = TableName.Parse(typed);
        var found = contents.Where(entry => entry.IsTable && entry.Name == name.Table && (name.Schema is null || entry.Schema == name.Schema)).ToList();
        if (found.Count == 1) return found[0];
        if (found.Count > 1)
            throw new Fault(FaultCode.Ambiguous, $"table \"{name.Table}\" is in {found.Count} schemas") { Where = $"--table {typed}", Why = string.Join(", ", found.Select(entry => entry.Shown)), Next = RestoreLine.Of(source, "--table", found[0].Shown) };
        if (contents.FirstOrDefault(entry => entry.IsRelation && entry.Name == name.Table && (name.Schema is null || entry.Schema == name.Schema)) is { } view)
            throw new Fault(FaultCode.NotFound, $"{view.Shown} is a {view.Kind.ToLowerInvariant()}, not a table") { Where = $"--table {typed}", Why = "name the tables that it reads, or its whole schema", Next = RestoreLine.Of(source, "--schema", new TableRows("", view.Schema ?? "", 0).ToString()) };
        var tables = contents.Where(entry => entry.IsTable).ToList();
        var near = NearNames.Of(name.Table, tables.Select(entry => entry.Name)).ToHashSet();
        throw Unknown(source, $"table {new TableRows(name.Schema ?? "", name.Table, 0)}", $"--table {typed}", [.. tables.Where(entry => near.Contains(entry.Name)).Select(entry => entry.Shown).Take(5)]);
    }

    private static Fault Unknown(DumpEntry source, string what, string where, IReadOnlyList<string> near) => new(FaultCode.NotFound, $"the dump holds no {what}")
    {
        Where = where,
        Why = near.Count == 0 ? "names are exact, letter case included" : $"names are exact, letter case included; near ones: {string.Join(", ", near)}",
        Next = $"tidemark show {Processes.ShellWord.Quote(source.Handle)} # lists its tables",
    };
}
