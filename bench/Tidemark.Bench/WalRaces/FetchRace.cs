using Tidemark.Bench.Races;

namespace Tidemark.Bench.WalRaces;

/// <summary>Segments are fetched one after another, as <c>restore_command</c> does it for a server that replays them in no time. The target holds against each mode of the peer.</summary>
internal static class FetchRace
{
    private const double Target = 2;

    /// <summary>As the server does before it replays.</summary>
    private const string Taken = "mv pg_wal/RECOVERYXLOG pg_wal/$f";

    public static ProvenRace Of(WalTrack track)
    {
        var (ours, theirs) = (track.NewPlace("ours"), track.NewPlace("theirs"));
        PushRace.Fill(track, ours, ours: true);
        PushRace.Fill(track, theirs, ours: false);
        ProvenContender Peer(bool asynchronous) => new($"pgbackrest archive-get{(asynchronous ? ", asynchronous" : "")}", place =>
        {
            var data = track.Source.DataFolder(place, waiting: false);
            return WalTrack.Each(place, data, PgBackRest.Environment(track, place, theirs, asynchronous), PgBackRest.Get, Taken);
        }, place => Fetched(track, place));
        return new ProvenRace
        {
            Name = WalRaceName.Fetch.Called(),
            Contenders =
            [
                new("tidemark wal fetch", place => WalTrack.Each(place, track.Source.DataFolder(place, waiting: false), new Dictionary<string, string>(track.Environment(ours)) { ["HOME"] = place }, "$TIDEMARK wal fetch %f pg_wal/RECOVERYXLOG", Taken), place => Fetched(track, place)),
                Peer(asynchronous: false),
                Peer(asynchronous: true),
            ],
            Pairs = [new(0, 1, Target), new(0, 2, Target)],
            Reads = () => [.. Directory.EnumerateFiles(ours, "*", SearchOption.AllDirectories).Concat(Directory.EnumerateFiles(PgBackRest.ArchiveIn(theirs), "*", SearchOption.AllDirectories)).Where(WalTrack.IsSegment)],
        };
    }

    private static Proof Fetched(WalTrack track, string place) => track.Raw(Path.Combine(place, "data", "pg_wal"));
}
