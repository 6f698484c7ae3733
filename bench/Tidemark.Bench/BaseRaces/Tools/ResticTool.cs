using Tidemark.Bench.Machine;
using Tidemark.Bench.Measuring;

namespace Tidemark.Bench.BaseRaces.Tools;

/// <summary>restic, of a stopped copy of the cluster: it knows nothing of a server that writes.</summary>
/// <param name="track">Whose.</param>
/// <param name="copy">The folder of the copy, with <c>data</c> and <c>side</c>.</param>
internal sealed class ResticTool(BaseTrack track, string copy) : IBackupTool
{
    public string Name { get; } = $"restic {Shell.Output("restic", ["version"]).Split(' ')[1]}, of a stopped copy";

    public Launch Backup(string place)
    {
        BaseTrack.Run(Restic(place, place, "init"));
        return Restic(place, place, "backup", Path.Combine(copy, "data"), Path.Combine(copy, "side"));
    }

    public long Stored(string place) => BaseTrack.Bytes(Path.Combine(place, "repository"));

    public Launch Restore(string repository, string place) => Restic(repository, place, "restore", "latest", "--target", Path.Combine(place, "restored"));

    /// <summary>It puts the whole path below its target; the link of the tablespace still leads to the copy.</summary>
    public string DataIn(string place)
    {
        var restored = Path.Combine(place, "restored" + copy);
        foreach (var link in new DirectoryInfo(Path.Combine(restored, "data", "pg_tblspc")).EnumerateDirectories())
        {
            link.Delete();
            File.CreateSymbolicLink(link.FullName, Path.Combine(restored, "side"));
        }
        return Path.Combine(restored, "data");
    }

    private Launch Restic(string repository, string place, params string[] arguments) =>
        BaseTrack.Launch(Name, "restic", ["--quiet", "--repo", Path.Combine(repository, "repository"), "--cache-dir", Path.Combine(place, "cache"), .. arguments], new Dictionary<string, string>(track.Environment(place)) { ["RESTIC_PASSWORD"] = "bench" }, place);
}
