using Npgsql;
using Tidemark.Bench.Measuring;
using Tidemark.Bench.Races;

namespace Tidemark.Bench.WalRaces;

/// <summary>WAL streamed from the server: until it is durable with the receiver, and ours also until every segment lies in the store.</summary>
internal static class ReceiveRace
{
    private const string Slot = "tidemark";

    public static ProvenRace Of(WalTrack track, CancellationToken token) => new()
    {
        Name = WalRaceName.Receive.Called(),
        Contenders =
        [
            new("tidemark wal receive, until durable here", place => Ours(track, place, Durable(track, token)), place => Received(track, place)),
            new("tidemark wal receive, until in the store (zstd)", place => Ours(track, place, () => IsStored(track, place)), place => track.Stored(StoreIn(place))),
            new("pg_receivewal", place => Peer(track, place), place => track.Raw(place)),
        ],
        Pairs = [new(0, 2, null), new(1, 2, null)],
        Reads = () => track.Source.ServerFiles,
    };

    private static Launch Ours(WalTrack track, string place, Func<bool> done)
    {
        track.Source.Rewind(Slot);
        var environment = track.Environment(place);
        environment["DATABASE_URL"] = $"postgresql://postgres@{Uri.EscapeDataString(track.Server.Socket)}/postgres";
        return new Launch { Name = "tidemark wal receive", Program = track.Programs.Tidemark, Arguments = ["wal", "receive"], Environment = environment, Folder = place, Done = done };
    }

    /// <summary>It ends by itself just before the end: a segment is finished, and durable, with its last byte.</summary>
    private static Launch Peer(WalTrack track, string place)
    {
        track.Source.Rewind(Slot);
        string[] arguments = ["-D", place, "-S", Slot, "--endpos", WalSource.Text(track.Source.End - 8), "-h", track.Server.Socket, "-U", "postgres", "--no-loop"];
        return new Launch { Name = "pg_receivewal", Program = track.Programs.Of("pg_receivewal"), Arguments = arguments, Environment = track.Environment(place), Folder = place };
    }

    /// <summary>As the receiver told the server: the slot lets go of what is durable. One connection asks all the time: a new one each time would cost more than the receiver.</summary>
    private static Func<bool> Durable(WalTrack track, CancellationToken token)
    {
        var asking = new NpgsqlCommand($"select restart_lsn >= '{WalSource.Text(track.Source.End)}' from pg_replication_slots where slot_name = '{Slot}'", track.Server.Open("postgres"));
        return () =>
        {
            token.ThrowIfCancellationRequested();
            if (asking.ExecuteScalar() is not true) return false;
            asking.Connection!.Dispose();
            asking.Dispose();
            return true;
        };
    }

    private static bool IsStored(WalTrack track, string place)
    {
        var last = track.Source.Names[^1];
        var folder = StoreIn(place);
        return Directory.Exists(folder) && Directory.EnumerateFiles(folder, last + ".*", SearchOption.AllDirectories).Any(WalTrack.IsSegment);
    }

    /// <summary>What was not shipped when it was stopped lies in the spool.</summary>
    private static Proof Received(WalTrack track, string place)
    {
        var spool = Directory.GetDirectories(Path.Combine(place, "store", ".tidemark", "wal")).Single();
        return track.Stored(StoreIn(place), also: spool);
    }

    private static string StoreIn(string place) => Path.Combine(place, "store", "clusters");
}
