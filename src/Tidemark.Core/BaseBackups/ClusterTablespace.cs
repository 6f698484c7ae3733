namespace Tidemark.BaseBackups;

/// <summary>A tablespace of users': a link in pg_tblspc, or, in place, a folder there.</summary>
/// <param name="Oid">Names the link.</param>
/// <param name="Name">In SQL.</param>
/// <param name="Location">Where the link leads; of one in place, where it is.</param>
internal sealed record ClusterTablespace(uint Oid, string Name, string Location)
{
    /// <summary>A folder of its own in pg_tblspc, which only developers make (allow_in_place_tablespaces, since 15).</summary>
    public bool IsInPlace => Location.Length == 0 || Location[0] != '/';
}
