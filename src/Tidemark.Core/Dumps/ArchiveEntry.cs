namespace Tidemark.Dumps;

/// <summary>One line of a custom archive's table of contents.</summary>
/// <param name="Id">What <c>pg_restore --use-list</c> calls it.</param>
/// <param name="Kind">pg_dump's word: TABLE, TABLE DATA, FK CONSTRAINT, …</param>
/// <param name="Schema">Null for what lies in none.</param>
/// <param name="Name">pg_dump's tag: of a table its name, of a constraint <c>table constraint</c>; as the server stores it, without quotes.</param>
/// <param name="Needs">Ids of what must be there first. Some may be of things that the archive does not hold.</param>
/// <param name="AttachesPartition">A table of pg_dump 13 and older that makes itself a partition; newer ones have a TABLE ATTACH.</param>
internal sealed record ArchiveEntry(int Id, string Kind, string? Schema, string Name, IReadOnlyList<int> Needs, bool AttachesPartition = false)
{
    /// <summary>Holds rows of its own, or its partitions do.</summary>
    public bool IsTable => Kind is "TABLE" or "FOREIGN TABLE";

    public bool IsRelation => IsTable || Kind is "VIEW" or "MATERIALIZED VIEW";

    /// <summary>As one would type it.</summary>
    public string Shown => new TableRows(Schema ?? "", Name, 0).ToString();
}
