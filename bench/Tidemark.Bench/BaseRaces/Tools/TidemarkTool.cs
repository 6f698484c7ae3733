using System.Globalization;
using Tidemark.Bench.Measuring;
using Tidemark.Bench.Server;

namespace Tidemark.Bench.BaseRaces.Tools;

/// <summary>Ours. Nobody archives for it: the backup streams its own WAL.</summary>
/// <param name="track">Whose.</param>
/// <param name="jobs">How many read at a time; null: as it decides.</param>
internal sealed class TidemarkTool(BaseTrack track, int? jobs = null) : IThriftyTool
{
    private string[] Jobs => jobs is { } number ? ["--jobs", number.ToString(CultureInfo.InvariantCulture)] : [];

    /// <summary>From where the files cannot be read: as another user of the system, who asks the server for them.</summary>
    public bool IsOverSql { get; init; }

    public string Name => IsOverSql ? "tidemark, over SQL" : jobs is { } number ? $"tidemark, {number} jobs" : "tidemark";

    public Launch Backup(string place) => Take(place, place);

    public Launch Increment(string repository, string place) => Take(repository, place, "--incremental");

    public long Stored(string place) => BaseTrack.Bytes(Store(place));

    public Launch Restore(string repository, string place) => Bring(repository, place, "--tablespace", $"{track.Sample.Tablespace}={Path.Combine(place, "side")}");

    public Launch Mend(string repository, string place) => Bring(repository, place, "--delta");

    public string DataIn(string place) => Path.Combine(place, "data");

    private static string Store(string place) => Path.Combine(place, "store");

    private Launch Take(string repository, string place, params string[] more)
    {
        track.ArchiveBy(null);
        track.Settle();
        if (IsOverSql)
        {
            ServerUser.GiveStranger(place);
            return new Launch { Name = Name, Program = "setpriv", Arguments = [.. ServerUser.Stranger(), track.Programs.Tidemark, "backup", "--kind", "base", .. Jobs], Environment = Environment(repository, place), Folder = place };
        }
        return BaseTrack.Launch(Name, track.Programs.Tidemark, ["backup", "--kind", "base", .. more, .. Jobs], Environment(repository, place), place);
    }

    private Launch Bring(string repository, string place, params string[] more) =>
        BaseTrack.Launch(Name, track.Programs.Tidemark, ["restore", "latest", "--target-dir", DataIn(place), "--at", "immediate", "--promote", .. more], Environment(repository, place), place);

    private Dictionary<string, string> Environment(string repository, string home) => new(track.Environment(home))
    {
        ["BACKUP_DIR"] = Store(repository),
        ["DATABASE_URL"] = $"postgresql://postgres@/postgres?host={track.Server.Socket}",
    };
}
