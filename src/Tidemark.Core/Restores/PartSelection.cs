using Tidemark.Dumps;

namespace Tidemark.Restores;

/// <summary>Finds in an archive what belongs to the tables that are asked for, what these need, and what cannot come without others.</summary>
/// <remarks>
/// 1. asked: tables, with the partitions of each · 2. into another database: all that they need before they can be made (schemas, types,
/// functions, extensions, tables they inherit from: these without rows); in place it is there already · 3. what hangs on the asked: rows,
/// sequences, indexes, constraints, triggers, policies, grants, comments, unless it needs a table that does not come · 4. the rest is told.
/// </remarks>
internal sealed class PartSelection(IReadOnlyList<ArchiveEntry> contents, bool inPlace)
{
    // What exists only for a relation or another entry; everything else stands for itself.
    private static readonly HashSet<string> Hanging = ["TABLE DATA", "MATERIALIZED VIEW DATA", "STATISTICS DATA", "SEQUENCE SET", "SEQUENCE OWNED BY", "SEQUENCE", "DEFAULT", "CONSTRAINT", "CHECK CONSTRAINT", "FK CONSTRAINT",
        "INDEX", "INDEX ATTACH", "TABLE ATTACH", "STATISTICS", "RULE", "TRIGGER", "ROW SECURITY", "POLICY", "COMMENT", "ACL", "SECURITY LABEL"];

    private readonly Dictionary<int, ArchiveEntry> byId = contents.ToDictionary(entry => entry.Id);
    private readonly HashSet<int> asked = [], taken = [];

    public bool Takes(ArchiveEntry entry) => taken.Contains(entry.Id);

    public IReadOnlyList<string> AlsoMade => [.. contents.Where(entry => entry.IsTable && Takes(entry) && !IsAsked(entry)).Select(entry => entry.Shown)];

    public IReadOnlyList<string> LeftOut => [.. contents.Where(entry => !Takes(entry) && !entry.Kind.EndsWith(" DATA", StringComparison.Ordinal) && Refers(entry)).Select(Told), .. LargeObjects()];

    public void TakeAll() => taken.UnionWith(byId.Keys);

    public void Ask(IEnumerable<ArchiveEntry> entries) => asked.UnionWith(entries.Where(entry => !Hanging.Contains(entry.Kind) || entry.Kind == "SEQUENCE").Select(entry => entry.Id));

    public void Complete()
    {
        AskPartitions();
        foreach (var entry in contents.Where(entry => entry.IsTable && IsAsked(entry))) Take(entry);
        foreach (var entry in contents.Where(entry => !entry.IsTable && IsAsked(entry)))
            if (inPlace || Missing(entry).Count == 0) Take(entry);
        int before;
        do
        {
            before = taken.Count;
            foreach (var entry in contents.Where(entry => !Takes(entry) && Hangs(entry))) Take(entry);
        }
        while (taken.Count > before);
    }

    private void AskPartitions()
    {
        var parents = contents.Where(entry => entry.Kind == "TABLE ATTACH").ToLookup(entry => Owner(entry)?.Id);
        bool Joins(ArchiveEntry table) => (table.AttachesPartition && Relations(table).Any(IsAsked)) || parents[table.Id].Any(attach => Relations(attach).Any(other => other.Id != table.Id && IsAsked(other)));
        while (contents.Where(entry => entry.IsTable && !IsAsked(entry) && Joins(entry)).ToList() is { Count: > 0 } partitions) Ask(partitions);
    }

    private void Take(ArchiveEntry entry)
    {
        if (inPlace) taken.Add(entry.Id);
        else taken.UnionWith(Closure(entry).Select(needed => needed.Id));
    }

    private bool Hangs(ArchiveEntry entry)
    {
        // A publication of the live database may hold the table; a copy beside publishes nothing.
        if (!Hanging.Contains(entry.Kind) && !(inPlace && entry.Kind == "PUBLICATION TABLE")) return false;
        if (Owner(entry) is { } owner) return IsAsked(owner) && Takes(owner) && (inPlace || Missing(entry).Count == 0);
        var needs = Known(entry).ToList();
        return needs.Count > 0 && (inPlace ? needs.Any(Takes) : needs.All(Takes));
    }

    /// <summary>The relation it is part of: the only one that it needs, or the one that its name begins with.</summary>
    private ArchiveEntry? Owner(ArchiveEntry entry)
    {
        var relations = Relations(entry).ToList();
        if (relations.Count <= 1) return relations.FirstOrDefault();
        return relations.Where(relation => relation.Schema == entry.Schema && (entry.Name == relation.Name || entry.Name.StartsWith(relation.Name + " ", StringComparison.Ordinal))).MaxBy(relation => relation.Name.Length);
    }

    /// <summary>Relations that it cannot do without and that do not come. A foreign key wants the rows too.</summary>
    private List<ArchiveEntry> Missing(ArchiveEntry entry) => entry.Kind == "FK CONSTRAINT"
        ? [.. Relations(entry).Where(relation => !IsAsked(relation))]
        : [.. Closure(entry).Where(needed => needed.IsRelation && needed.Id != entry.Id && !Takes(needed) && (needed.IsTable || !IsAsked(needed)))];

    /// <summary>It needs something of ours, so that somebody may miss it.</summary>
    private bool Refers(ArchiveEntry entry) => IsAsked(entry) || Relations(entry).Any(relation => IsAsked(relation) && Takes(relation));

    private string Told(ArchiveEntry entry)
    {
        var others = Closure(entry).Where(needed => needed.IsRelation && needed.Id != entry.Id && !IsAsked(needed)).Select(needed => needed.Shown).Distinct().ToList();
        return $"{entry.Kind.ToLowerInvariant()} {(entry.Schema is null ? "" : entry.Schema + ".")}{entry.Name}: {(others.Count == 0 ? "not asked for" : $"needs {string.Join(", ", others)}")}";
    }

    private IEnumerable<string> LargeObjects()
    {
        if (contents.Any(entry => entry.Kind is "BLOB" or "BLOBS" or "BLOB METADATA")) yield return "large objects: they belong to no table";
    }

    private HashSet<ArchiveEntry> Closure(ArchiveEntry entry)
    {
        var found = new HashSet<ArchiveEntry>(ReferenceEqualityComparer.Instance) { entry };
        var next = new Queue<ArchiveEntry>(found);
        while (next.TryDequeue(out var at))
            foreach (var needed in Known(at))
                if (found.Add(needed)) next.Enqueue(needed);
        return found;
    }

    private IEnumerable<ArchiveEntry> Relations(ArchiveEntry entry) => Known(entry).Where(needed => needed.IsRelation).Distinct();

    private IEnumerable<ArchiveEntry> Known(ArchiveEntry entry) => entry.Needs.Select(id => byId.GetValueOrDefault(id)).OfType<ArchiveEntry>();

    private bool IsAsked(ArchiveEntry entry) => asked.Contains(entry.Id);
}
