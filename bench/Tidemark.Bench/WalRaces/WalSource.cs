using System.Globalization;
using Tidemark.Bench.Data;
using Tidemark.Bench.Machine;
using Tidemark.Bench.Server;

namespace Tidemark.Bench.WalRaces;

/// <summary>WAL that a server wrote: so many whole segments, one after another, held by a slot; and a copy of them that nobody touches.</summary>
internal sealed class WalSource
{
    public const int SegmentBytes = 16 << 20;

    /// <summary>Stays at their beginning.</summary>
    private const string Keeper = "bench";

    private readonly ScratchServer server;
    private readonly string copies;
    private readonly ulong start;

    private WalSource(ScratchServer server, string copies, ulong start, int segments)
    {
        this.server = server;
        this.copies = copies;
        this.start = start;
        Names = [.. Enumerable.Range(0, segments).Select(i => NameAt(start + ((ulong)i * SegmentBytes)))];
    }

    public IReadOnlyList<string> Names { get; }

    public IReadOnlyList<string> Files => [.. Names.Select(FileOf)];

    /// <summary>The server's own files, that a receiver makes it read.</summary>
    public IReadOnlyList<string> ServerFiles => [.. Names.Select(name => Path.Combine(server.Data, "pg_wal", name))];

    /// <summary>The first byte behind them.</summary>
    public ulong End => start + ((ulong)Names.Count * SegmentBytes);

    /// <summary>The copy of a segment.</summary>
    public string FileOf(string name) => Path.Combine(copies, name);

    public static string Text(ulong position) => string.Create(CultureInfo.InvariantCulture, $"{position >> 32:X}/{position & uint.MaxValue:X}");

    public static WalSource Make(ScratchServer server, string copies, int segments, CancellationToken token)
    {
        new SampleDatabase(server).Make((long)segments * SegmentBytes / 4, token);
        // A checkpoint at the start of a segment: that is where a new slot begins.
        server.Execute("postgres", "select pg_switch_wal()");
        server.Execute("postgres", "checkpoint");
        server.Execute("postgres", $"select pg_create_physical_replication_slot('{Keeper}', true)");
        var reserved = server.Scalar<long>("postgres", $"select (restart_lsn - '0/0')::bigint from pg_replication_slots where slot_name = '{Keeper}'");
        var source = new WalSource(server, copies, (ulong)reserved / SegmentBytes * SegmentBytes, segments);
        source.Write(token);
        foreach (var name in source.Names) File.Copy(Path.Combine(server.Data, "pg_wal", name), source.FileOf(name));
        return source;
    }

    /// <summary>A slot of this name at their beginning; one that was there goes.</summary>
    public void Rewind(string slot)
    {
        server.Execute("postgres", $"select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = '{slot}'");
        server.Execute("postgres", $"select pg_copy_physical_replication_slot('{Keeper}', '{slot}')");
    }

    /// <summary>As if from a data directory: what a command of the server is run in.</summary>
    /// <param name="place">Where the folder <c>data</c> is to be.</param>
    /// <param name="waiting">With the segments in it, each marked as one to be archived.</param>
    public string DataFolder(string place, bool waiting)
    {
        var data = Path.Combine(place, "data");
        Directory.CreateDirectory(Path.Combine(data, "global"));
        File.Copy(Path.Combine(server.Data, "global", "pg_control"), Path.Combine(data, "global", "pg_control"));
        File.Copy(Path.Combine(server.Data, "PG_VERSION"), Path.Combine(data, "PG_VERSION"));
        var status = Directory.CreateDirectory(Path.Combine(data, "pg_wal", "archive_status")).FullName;
        File.WriteAllLines(Path.Combine(place, "names"), Names);
        if (!waiting) return data;
        // Second names of the copies: nothing is written for them.
        Shell.Output("ln", ["-t", Path.Combine(data, "pg_wal"), .. Files]);
        foreach (var name in Names) File.WriteAllBytes(Path.Combine(status, name + ".ready"), []);
        return data;
    }

    /// <summary>Full pages after each checkpoint, then changes of rows, in the measure of a busy server.</summary>
    private void Write(CancellationToken token)
    {
        const int slices = 16;
        bool Enough() => server.Scalar<bool>("postgres", $"select pg_current_wal_flush_lsn() > '{Text(End)}'");
        for (var turn = 0; !Enough(); turn++)
        {
            token.ThrowIfCancellationRequested();
            if (turn % slices == 0) server.Execute("postgres", "checkpoint");
            server.Execute(SampleDatabase.Name, string.Create(CultureInfo.InvariantCulture, $"update accounts set balance = balance + {turn} where aid % {slices} = {turn % slices}"));
            server.Execute(SampleDatabase.Name, string.Create(CultureInfo.InvariantCulture, $"update trades set fee = fee + 1 where id % {slices} = {turn % slices}"));
        }
    }

    private static string NameAt(ulong position) => string.Create(CultureInfo.InvariantCulture, $"00000001{position >> 32:X8}{(position & uint.MaxValue) / SegmentBytes:X8}");
}
