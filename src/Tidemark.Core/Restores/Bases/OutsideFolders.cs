using System.Globalization;
using System.Text;
using Tidemark.BaseBackups;
using Tidemark.Files;
using Tidemark.Postgres.Data;

namespace Tidemark.Restores.Bases;

/// <summary>What of a cluster lies outside of its data directory: tablespaces, where they were, where an old folder has them, or where they are sent; the WAL, where that is asked for. What is there is never overwritten unless it is this very directory's.</summary>
/// <param name="ByPath">From the path of the link in the data directory to the folder outside, absolute.</param>
/// <param name="TablespaceMap">For the server, which makes the links anew from it; null: the backup has none.</param>
internal sealed record OutsideFolders(IReadOnlyDictionary<string, string> ByPath, byte[]? TablespaceMap)
{
    /// <param name="manifest">Of the backup.</param>
    /// <param name="moved">Tablespaces, by their old folder or number, and where they are to come.</param>
    /// <param name="walFolder">Absolute; null: the WAL lies in the data directory.</param>
    /// <param name="target">The data directory, whose own folders may be mended.</param>
    /// <exception cref="Fault">2: there is no such tablespace, or two would be one. 5: something is there.</exception>
    public static OutsideFolders Look(BaseManifest manifest, IReadOnlyList<MovedTablespace> moved, string? walFolder, TargetFolder target)
    {
        var outside = manifest.Tablespaces.Where(space => space.Path is not null).ToDictionary(space => space.Oid, space => NowOf(space, target) ?? space.Path!);
        foreach (var (old, to) in moved)
        {
            var known = outside.Keys.Where(oid => oid.ToString(CultureInfo.InvariantCulture) == old || manifest.Tablespaces.Any(space => space.Oid == oid && space.Path == Path.TrimEndingDirectorySeparator(old))).ToList();
            if (known is not [var oid]) throw Usage("the backup has no such tablespace outside of its data directory", old, outside.Count == 0 ? "it has none at all" : string.Join(", ", outside.Select(one => $"{one.Key} = {one.Value}")));
            outside[oid] = Path.TrimEndingDirectorySeparator(Path.GetFullPath(to));
        }
        var byPath = outside.ToDictionary(one => string.Create(CultureInfo.InvariantCulture, $"{ClusterFolder.Tablespaces}/{one.Key}"), one => one.Value, StringComparer.Ordinal);
        if (walFolder is not null) byPath[ClusterFolder.Wal] = Path.TrimEndingDirectorySeparator(walFolder);
        RequireApart(byPath.Values, target.Path);
        var own = RestoreMark.Read(target.Path)?.Outside ?? [];
        foreach (var (path, folder) in byPath.Where(one => TargetFolder.IsTaken(one.Value)))
            if (!IsOwn(path, folder, target, own))
                throw new Fault(FaultCode.Refused, path == ClusterFolder.Wal ? "WAL is to come where something is already" : "a tablespace is to come where something is already")
                {
                    Where = folder,
                    Why = "nothing is overwritten",
                    Next = path == ClusterFolder.Wal ? "--wal-dir DIR # an empty one" : $"add --tablespace {folder}=DIR # an empty one; or: mv '{folder}' '{folder}.before'",
                };
        return new OutsideFolders(byPath, MapOf(manifest, outside));
    }

    /// <summary>In the place of a half-written or an old one: its WAL never, for that is moved aside.</summary>
    private static bool IsOwn(string path, string folder, TargetFolder target, IReadOnlyList<string> written) =>
        (target.State == TargetState.Unfinished && written.Contains(folder))
        || (target.State == TargetState.Old && path != ClusterFolder.Wal && Posix.Realpath(Path.Combine(target.Path, path)) is { } leads && leads == Posix.Realpath(folder));

    /// <summary>An old folder keeps its tablespaces where its links lead, for somebody may have moved them.</summary>
    private static string? NowOf(BaseTablespace space, TargetFolder target)
    {
        var link = Path.Combine(target.Path, ClusterFolder.Tablespaces, space.Oid.ToString(CultureInfo.InvariantCulture));
        return target.State == TargetState.Old && FileFacts.Of(link, ofLink: true) is { IsLink: true } && FileFacts.Of(link) is { IsFolder: true } ? Posix.Realpath(link) : null;
    }

    private static void RequireApart(IEnumerable<string> folders, string target)
    {
        var all = folders.Append(target).Select(folder => folder + "/").Order(StringComparer.Ordinal).ToList();
        for (var at = 1; at < all.Count; at++)
            if (all[at].StartsWith(all[at - 1], StringComparison.Ordinal)) throw Usage("two folders of the server would lie one in the other", all[at].TrimEnd('/'), $"{all[at - 1].TrimEnd('/')} is one too");
    }

    /// <summary>It overrides the links: sent elsewhere, a tablespace must stand there too.</summary>
    private static byte[]? MapOf(BaseManifest manifest, Dictionary<uint, string> outside)
    {
        if (manifest.TablespaceMap is not { } told) return null;
        var (major, text) = (manifest.ServerVersion / 10000, Encoding.UTF8.GetString(told));
        var lines = Postgres.Data.TablespaceMap.Parse(text, major);
        return lines.All(line => outside.GetValueOrDefault(line.Oid, line.Location) == line.Location) ? told
            : Encoding.UTF8.GetBytes(Postgres.Data.TablespaceMap.Write(lines.Select(line => (line.Oid, outside.GetValueOrDefault(line.Oid, line.Location))), major));
    }

    private static Fault Usage(string what, string where, string why) => new(FaultCode.Usage, what) { Where = where, Why = why, Next = "--tablespace OLD=NEW # OLD as tidemark show lists it, or its number" };
}

/// <param name="Old">Its folder in the backup, or its number.</param>
/// <param name="New">Absolute, or from the working folder.</param>
internal sealed record MovedTablespace(string Old, string New);
