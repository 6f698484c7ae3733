using Tidemark.Postgres.Wal;
using Tidemark.Repositories;
using Tidemark.Storage;
using Tidemark.Wal;

namespace Tidemark.Restores.Bases;

/// <summary>The segments of a road, each of its one timeline, as recovery would get them.</summary>
internal sealed class RoadWal
{
    /// <summary>Segments that are fetched ahead of the one that is looked at.</summary>
    private const int Ahead = 3;

    private readonly WalArchive archive;
    private readonly TailReader tails;

    private RoadWal(WalArchive archive, TailReader tails, WalPlan plan) => (this.archive, this.tails, Plan) = (archive, tails, plan);

    public WalPlan Plan { get; }

    public WalSegmentSize Size => Plan.SegmentSize;

    public WalArchive Archive => archive;

    /// <param name="store">Where it is stored.</param>
    /// <param name="folder">Whose.</param>
    /// <param name="encoding">Opens it.</param>
    /// <param name="road">Which.</param>
    /// <param name="end">The first byte that is not needed; null: all of it is.</param>
    /// <param name="token">Stops it.</param>
    public static async Task<RoadWal> OpenAsync(IObjectStore store, IncarnationFolder folder, WalEncoding encoding, RecoveryRoad road, Lsn? end, CancellationToken token)
    {
        var (archive, tails) = (new WalArchive(store, new WalKeys(folder), encoding), new TailReader(store, folder, encoding));
        var plan = road.Plan(end is { } wanted && wanted < road.End ? wanted : road.End, null);
        if (await archive.FindAsync(plan.NameOf(plan.Last), token) is not null) return new RoadWal(archive, tails, plan);
        var start = plan.SegmentSize.StartOf(plan.Last);
        if (TailChain.Furthest([.. await tails.ListAsync(plan.NameOf(plan.Last), token)]) is not { } piece || start + (ulong)piece.To < plan.End)
            throw new Fault(FaultCode.NotFound, "a segment of the WAL went away while the restore was planned") { Where = $"{plan.NameOf(plan.Last)} in {store.Address}", Next = "tidemark wal status" };
        return new RoadWal(archive, tails, plan with { Tail = new PlannedTail(piece.To, piece.Sha256) });
    }

    /// <summary>Whole; behind a tail there are zeros.</summary>
    /// <exception cref="Fault">4: it is gone. 5: there are two. 9, 10, 8.</exception>
    public async Task<ReadOnlyMemory<byte>> ReadAsync(ulong number, CancellationToken token)
    {
        var name = Plan.NameOf(number);
        if (await archive.FindAsync(name, token) is { } whole)
        {
            var raw = (await archive.ReadAsync(whole, token)).Bytes;
            return raw.Length == Size.Bytes ? raw : throw new Fault(FaultCode.Verification, "a segment of the WAL has another length than the backup says") { Where = $"{whole.Key} in {archive.Address}", Why = $"{raw.Length} bytes, and not {Size.Bytes}", Next = "tidemark wal status" };
        }
        if (number != Plan.Last || Plan.Tail is not { } tail || await tails.ReadAsync(name, tail, token) is not { } bytes)
            throw new Fault(FaultCode.NotFound, "a segment of the WAL is not there any more") { Where = $"{name} in {archive.Address}", Next = "tidemark wal status" };
        var padded = new byte[Size.Bytes];
        bytes.CopyTo(padded, 0);
        return padded;
    }

    /// <summary>One after another, from this one to the last, a few fetched ahead.</summary>
    public async IAsyncEnumerable<(ulong Number, ReadOnlyMemory<byte> Bytes)> ReadFromAsync(ulong first, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
    {
        var coming = new Queue<Task<ReadOnlyMemory<byte>>>();
        for (var (number, next) = (first, first); number <= Plan.Last; number++)
        {
            while (next <= Plan.Last && coming.Count <= Ahead)
            {
                var wanted = next++;
                coming.Enqueue(Task.Run(() => ReadAsync(wanted, token), token));
            }
            yield return (number, await coming.Dequeue());
        }
    }

    /// <summary>The records from a segment on, in order.</summary>
    /// <param name="first">Number of the segment. What began before it is passed over.</param>
    /// <param name="take">False: it has enough.</param>
    /// <param name="token">Stops it.</param>
    /// <returns>Where the last whole record is over.</returns>
    public async Task<Lsn> WalkAsync(ulong first, RecordTaker take, CancellationToken token)
    {
        var (reader, end) = (new WalRecordReader(), Size.StartOf(first));
        await foreach (var (_, bytes) in ReadFromAsync(first, token))
            if (!Walk(reader, bytes, take, ref end)) break;
        return end;
    }

    private bool Walk(WalRecordReader reader, ReadOnlyMemory<byte> bytes, RecordTaker take, ref Lsn end)
    {
        reader.Feed(bytes);
        while (reader.TryRead(out var record))
        {
            if (record.At >= Plan.End) return false;
            end = record.Next;
            if (!take(record)) return false;
        }
        return reader.End is null;
    }
}

/// <summary>False: enough.</summary>
internal delegate bool RecordTaker(in WalRecord record);
