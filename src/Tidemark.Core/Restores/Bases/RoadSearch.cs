using Tidemark.Postgres.Wal;
using Tidemark.Wal;

namespace Tidemark.Restores.Bases;

/// <summary>Reads the stored WAL.</summary>
internal sealed class RoadSearch(RecoveryFacts facts, WalEncoding encoding) : IRoadSearch
{
    /// <summary>Times of commits do not rise strictly: two that end together may stand in either order, and clocks are set. So far is looked behind a later one for one that is not.</summary>
    private static readonly TimeSpan Disorder = TimeSpan.FromMinutes(1);

    public async Task<FoundMoment> MomentAsync(RecoveryRoad road, DateTimeOffset time, CancellationToken token)
    {
        var wal = await OpenAsync(road, token);
        var (low, high) = (wal.Size.NumberAt(road.Consistent), wal.Plan.Last);
        var first = low;
        while (low < high)
        {
            var middle = low + ((high - low + 1) / 2);
            if (await FirstCommitAsync(wal, middle, token) is { } commit && commit <= time) low = middle;
            else high = middle - 1;
        }
        (FoundRecord? found, DateTimeOffset? later, var after, var disordered, var behind) = (null, null, 0, 0, false);
        // A commit may begin in the segment before the one that it is over in.
        await wal.WalkAsync(Math.Max(first, low == 0 ? 0 : low - 1), (in WalRecord record) =>
        {
            if (WalTransactionEnd.Of(record) is not { Committed: true } commit) return true;
            if (record.At < road.Consistent)
            {
                // The backup is said to end when it was asked to; commits went on until it did.
                behind |= commit.Time > time;
                return true;
            }
            if (commit.Time <= time) (found, disordered) = (new FoundRecord(record.At, record.Next, commit.Time), after);
            else (later, after) = (later ?? commit.Time, after + 1);
            return commit.Time <= time + Disorder;
        }, token);
        return new FoundMoment(found, later, disordered, behind);
    }

    public async Task<FoundPlace> PlaceAsync(RecoveryRoad road, Lsn place, CancellationToken token)
    {
        var wal = await OpenAsync(road, token);
        var from = place < road.End ? wal.Size.NumberAt(place) : wal.Plan.Last;
        FoundRecord? found = null;
        var end = await wal.WalkAsync(Math.Max(wal.Size.NumberAt(road.Redo), from - 1), (in WalRecord record) =>
        {
            if (record.At < place) return true;
            found = new FoundRecord(record.At, record.Next, WalTransactionEnd.Of(record)?.Time);
            return false;
        }, token);
        return new FoundPlace(found, end);
    }

    public Task<IReadOnlyList<FoundRecord>> TransactionAsync(RecoveryRoad road, uint id, CancellationToken token) =>
        AllAsync(road, (in WalRecord record) => record.Transaction == id && WalTransactionEnd.Of(record) is { } end ? end.Time : null, token);

    public Task<IReadOnlyList<FoundRecord>> NameAsync(RecoveryRoad road, string name, CancellationToken token) =>
        AllAsync(road, (in WalRecord record) => WalLandmark.Of(record) is WalLandmark.RestorePoint point && point.Name == name ? point.Time : null, token);

    private delegate DateTimeOffset? TimeOf(in WalRecord record);

    private async Task<IReadOnlyList<FoundRecord>> AllAsync(RecoveryRoad road, TimeOf wanted, CancellationToken token)
    {
        var (wal, found) = (await OpenAsync(road, token), new List<FoundRecord>());
        await wal.WalkAsync(wal.Size.NumberAt(road.Consistent), (in WalRecord record) =>
        {
            if (record.At >= road.Consistent && wanted(record) is { } time) found.Add(new FoundRecord(record.At, record.Next, time));
            return true;
        }, token);
        return found;
    }

    /// <summary>Of this segment, or of the next one that has any; null: none has.</summary>
    private static async Task<DateTimeOffset?> FirstCommitAsync(RoadWal wal, ulong number, CancellationToken token)
    {
        DateTimeOffset? first = null;
        await wal.WalkAsync(number, (in WalRecord record) =>
        {
            if (WalTransactionEnd.Of(record) is { Committed: true } commit) first = commit.Time;
            return first is null;
        }, token);
        return first;
    }

    private Task<RoadWal> OpenAsync(RecoveryRoad road, CancellationToken token) => RoadWal.OpenAsync(facts.Store, facts.Folder, encoding, road, null, token);
}
