using Tidemark.Bench.BaseRaces.Tools;
using Tidemark.Bench.Measuring;
using Tidemark.Bench.Races;
using Tidemark.Bench.Server;

namespace Tidemark.Bench.BaseRaces;

/// <summary>What is raced. A target is the most that our wall time may be of the peer's.</summary>
/// <param name="track">Of all of them.</param>
/// <param name="pgBackRest">The program.</param>
internal sealed class BaseRaces(BaseTrack track, string pgBackRest)
{
    private TidemarkTool Ours => new(track);

    private PgBackRestTool PgBackRest => new(track, pgBackRest);

    public ProvenRace Of(BaseRaceName name) => name switch
    {
        BaseRaceName.Full => Full(),
        BaseRaceName.Sql => OverSql(),
        BaseRaceName.Increment => Increment(),
        BaseRaceName.Restore => Restore(),
        _ => Delta(),
    };

    private ProvenRace Full() => new()
    {
        Name = BaseRaceName.Full.Called(),
        Contenders = [.. new IBackupTool[] { Ours, new TidemarkTool(track, jobs: 4), PgBackRest, new PgBaseBackupTool(track, "server-lz4", ("lz4 -dc", ".lz4")), new PgBaseBackupTool(track, "server-zstd:3", ("zstd -q -dc", ".zst")), new ResticTool(track, StoppedCopy()) }.Select(Taking)],
        Pairs = [new(0, 2, 0.60), new(0, 3, 1.0), new(0, 4, null), new(0, 5, null), new(1, 2, null)],
        Reads = () => track.Sample.Files,
    };

    private ProvenRace OverSql() => new()
    {
        Name = BaseRaceName.Sql.Called(),
        Contenders = [Taking(new TidemarkTool(track) { IsOverSql = true }), Taking(Ours)],
        // 0.7 of the local rate.
        Pairs = [new(0, 1, 1 / 0.7)],
        Reads = () => track.Sample.Files,
    };

    private ProvenRace Increment()
    {
        var repositories = new List<string>();
        var contenders = new IThriftyTool[] { Ours, PgBackRest }.Select(tool =>
        {
            var (repository, before) = (Filled(tool), 0L);
            repositories.Add(repository);
            Launch Prepare(string place)
            {
                before = tool.Stored(repository);
                return tool.Increment(repository, place);
            }
            return new ProvenContender($"{tool.Name}: increment, nothing changed", Prepare, _ => new Proof(tool.Stored(repository) - before, null)) { ProveOnce = place => RestoredFlaw(tool, repository, place) };
        }).ToList();
        return new ProvenRace { Name = BaseRaceName.Increment.Called(), Contenders = contenders, Pairs = [new(0, 1, 0.5)], Reads = () => track.Sample.Files.Concat(FilesOf(repositories)) };
    }

    private ProvenRace Restore()
    {
        var tools = new IBackupTool[] { Ours, PgBackRest, new ResticTool(track, StoppedCopy()) };
        var repositories = tools.Select(Filled).ToList();
        var contenders = tools.Zip(repositories, (tool, repository) => new ProvenContender($"{tool.Name}: restore", place => tool.Restore(repository, place), place => new Proof(0, track.Flaw(tool.DataIn(place))))).ToList();
        return new ProvenRace { Name = BaseRaceName.Restore.Called(), Contenders = contenders, Pairs = [new(0, 1, 0.60), new(0, 2, 1.0)], KeepsPlaces = true, Reads = () => FilesOf(repositories) };
    }

    private ProvenRace Delta()
    {
        var tools = new IThriftyTool[] { Ours, PgBackRest };
        var repositories = tools.Select(Filled).ToList();
        var contenders = tools.Zip(repositories, (tool, repository) => new ProvenContender($"{tool.Name}: delta restore, 1 % damaged", place =>
        {
            BaseTrack.Run(tool.Restore(repository, place));
            Damage.Do(tool.DataIn(place));
            return tool.Mend(repository, place);
        }, place => new Proof(0, track.Flaw(tool.DataIn(place))))).ToList();
        return new ProvenRace { Name = BaseRaceName.Delta.Called(), Contenders = contenders, Pairs = [new(0, 1, 0.60)], KeepsPlaces = true, Reads = () => FilesOf(repositories) };
    }

    /// <summary>Each turn's backup is weighed; that of the turn that is not measured is restored, too.</summary>
    private ProvenContender Taking(IBackupTool tool) => new(tool.Name, tool.Backup, place => new Proof(tool.Stored(place), null)) { ProveOnce = place => RestoredFlaw(tool, place, place) };

    private string? RestoredFlaw(IBackupTool tool, string repository, string place)
    {
        var restored = Path.Combine(place, "proof");
        Directory.CreateDirectory(restored);
        // Another user may have filled it.
        ServerUser.Give(repository);
        ServerUser.Give(restored);
        BaseTrack.Run(tool.Restore(repository, restored));
        return track.Flaw(tool.DataIn(restored));
    }

    private string Filled(IBackupTool tool)
    {
        var repository = track.NewPlace("repository");
        BaseTrack.Run(tool.Backup(repository));
        return repository;
    }

    private string StoppedCopy()
    {
        var copy = track.NewPlace("copy");
        PgBaseBackupTool.StoppedCopy(track, copy);
        return copy;
    }

    private static IEnumerable<string> FilesOf(IEnumerable<string> folders) => folders.SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories));
}
