using Tidemark.Bench.Measuring;

namespace Tidemark.Bench.BaseRaces.Tools;

/// <summary>pg_basebackup to tar files that the server compresses, its WAL streamed beside.</summary>
/// <param name="track">Whose.</param>
/// <param name="codec">As its option wants it.</param>
/// <param name="unpacks">The command that reads such a file, and the ending it has.</param>
internal sealed class PgBaseBackupTool(BaseTrack track, string codec, (string Command, string Ending) unpacks) : IBackupTool
{
    public string Name => $"pg_basebackup, {codec}";

    public Launch Backup(string place)
    {
        track.ArchiveBy(null);
        track.Settle();
        return BaseTrack.Launch(Name, track.Programs.Of("pg_basebackup"), ["--host", track.Server.Socket, "--username", "postgres", "--pgdata", Repository(place), "--format=tar", $"--compress={codec}", "--checkpoint=fast", "--wal-method=stream"], track.Environment(place), place);
    }

    public long Stored(string place) => BaseTrack.Bytes(Repository(place));

    /// <summary>By the stock tools, one archive after another; the map of tablespaces is turned to the new folder.</summary>
    public Launch Restore(string repository, string place)
    {
        var (data, side) = (DataIn(place), Path.Combine(place, "side"));
        string Unpack(string archive, string to) => $"{unpacks.Command} {Repository(repository)}/{archive}.tar{unpacks.Ending} | tar -x -C {to}";
        var other = Path.GetFileName(Directory.GetFiles(Repository(repository), "*.tar*").Single(file => char.IsAsciiDigit(Path.GetFileName(file)[0]))).Split('.')[0];
        return BaseTrack.Launch(Name, "bash", ["-euo", "pipefail", "-c", $"mkdir -m 700 {data} {side}; {Unpack("base", data)}; {Unpack(other, side)}; tar -x -C {data}/pg_wal -f {Repository(repository)}/pg_wal.tar; echo '{other} {side}' > {data}/tablespace_map; sync -f {data}"], track.Environment(place), place);
    }

    public string DataIn(string place) => Path.Combine(place, "data");

    /// <summary>A copy as files, of a server that was started and stopped cleanly: what tools that know nothing of PostgreSQL can back up.</summary>
    public static void StoppedCopy(BaseTrack track, string place)
    {
        var data = Path.Combine(place, "data");
        BaseTrack.Run(BaseTrack.Launch("pg_basebackup", track.Programs.Of("pg_basebackup"), ["--host", track.Server.Socket, "--username", "postgres", "--pgdata", data, $"--tablespace-mapping={track.Sample.Tablespace}={Path.Combine(place, "side")}", "--checkpoint=fast"], track.Environment(place), place));
        RestoredCluster.Start(track.Programs, data, data + ".log");
        RestoredCluster.Stop(track.Programs, data, "fast");
    }

    private static string Repository(string place) => Path.Combine(place, "repository");
}
