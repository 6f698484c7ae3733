using System.Globalization;

namespace Tidemark.Postgres.Data;

/// <summary>A file that holds pages of a table, an index or the like: <c>base/5/16384_fsm.1</c> and its kin.</summary>
/// <param name="Folder">Where it lies: <c>global</c>, <c>base/N</c> or <c>pg_tblspc/N/PG_15_202209061/N</c>.</param>
/// <param name="Number">The relfilenode: not the OID of the relation, though it begins as that.</param>
/// <param name="Fork">What of the relation it holds.</param>
/// <param name="Segment">The first is 0 and has no suffix; each before the last is whole (1 GiB).</param>
/// <param name="IsTemporary">It belongs to one session (<c>t3_16384</c>) and is worth nothing without it.</param>
internal readonly record struct RelationFile(string Folder, uint Number, RelationFork Fork, uint Segment, bool IsTemporary)
{
    /// <param name="path">From the data folder, with '/'.</param>
    /// <returns>Null: by its place or its name it is none.</returns>
    public static RelationFile? Parse(ReadOnlySpan<char> path)
    {
        var slash = path.LastIndexOf('/');
        if (slash < 0 || !ClusterFolder.HoldsRelations(path[..slash])) return null;
        var name = path[(slash + 1)..];
        var segment = 0u;
        if (name.IndexOf('.') is >= 0 and var dot)
        {
            if (!IsNumber(name[(dot + 1)..], out segment)) return null;
            name = name[..dot];
        }
        var temporary = name is ['t', ..] && name.IndexOf('_') is > 1 and var under && IsNumber(name[1..under], out _, zero: true);
        if (temporary) name = name[(name.IndexOf('_') + 1)..];
        var fork = RelationFork.Main;
        if (name.IndexOf('_') is >= 0 and var mark)
        {
            if (ForkOf(name[mark..]) is not { } known) return null;
            fork = known;
            name = name[..mark];
        }
        return IsNumber(name, out var number) ? new RelationFile(path[..slash].ToString(), number, fork, segment, temporary) : null;
    }

    /// <summary>The number of the file's first page among all of its fork: with it, and not from 0, checksums are made.</summary>
    public uint FirstBlock(int segmentPages) => checked(Segment * (uint)segmentPages);

    private static RelationFork? ForkOf(ReadOnlySpan<char> suffix) => suffix switch
    {
        "_fsm" => RelationFork.FreeSpace,
        "_vm" => RelationFork.Visibility,
        "_init" => RelationFork.Init,
        _ => null,
    };

    /// <summary>As the server writes them: no sign, no zero in front.</summary>
    private static bool IsNumber(ReadOnlySpan<char> text, out uint number, bool zero = false) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && (text[0] != '0' || (zero && text.Length == 1));
}

internal enum RelationFork
{
    Main,
    FreeSpace,
    Visibility,

    /// <summary>What an unlogged relation is made from after a crash.</summary>
    Init,
}
