using Tidemark.Bench.Machine;
using Tidemark.Bench.Races;

namespace Tidemark.Bench.WalRaces;

/// <summary>Segments that wait are archived, as <c>archive_command</c> does it. The target holds against each mode of the peer, so against the better one.</summary>
internal static class PushRace
{
    private const double Target = 1.2;

    public static ProvenRace Of(WalTrack track) => new()
    {
        Name = WalRaceName.Push.Called(),
        Contenders =
        [
            new("tidemark wal push", place => WalTrack.Each(place, track.Source.DataFolder(place, waiting: true), track.Environment(place), Ours, Done), place => track.Stored(Path.Combine(place, "store", "clusters"))),
            Peer(track, asynchronous: false),
            Peer(track, asynchronous: true),
        ],
        Pairs = [new(0, 1, Target), new(0, 2, Target)],
        Reads = () => track.Source.Files,
    };

    /// <summary>What an archive of ours, or of the peer, is filled with for others to read.</summary>
    public static void Fill(WalTrack track, string place, bool ours)
    {
        var (data, environment) = (track.Source.DataFolder(place, waiting: true), ours ? track.Environment(place) : PgBackRest.Prepare(track, place, place, asynchronous: false));
        var launch = WalTrack.Each(place, data, environment, ours ? Ours : PgBackRest.Push, Done);
        Shell.Output("/bin/sh", ["-c", $"cd {data}; {launch.Arguments[^1]}"], launch.Environment);
    }

    private const string Ours = "$TIDEMARK wal push pg_wal/%f";

    private const string Done = "mv pg_wal/archive_status/$f.ready pg_wal/archive_status/$f.done";

    private static ProvenContender Peer(WalTrack track, bool asynchronous) => new($"pgbackrest archive-push{(asynchronous ? ", asynchronous" : "")}", place =>
    {
        var data = track.Source.DataFolder(place, waiting: true);
        return WalTrack.Each(place, data, PgBackRest.Prepare(track, place, place, asynchronous), PgBackRest.Push, Done);
    }, place => track.Stored(PgBackRest.ArchiveIn(place)));
}
