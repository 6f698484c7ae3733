using Tidemark.Storage;

namespace Tidemark.BaseBackups;

/// <summary>Reads the marks beside a base backup; of verifications and proofs the latest alone.</summary>
internal sealed class BaseMarkReader(BaseStore bases, KnownWriters writers)
{
    /// <param name="id">Of the backup.</param>
    /// <param name="listed">Its marks, as a listing showed them.</param>
    /// <param name="token">Cancels.</param>
    /// <exception cref="Fault">8: the store.</exception>
    public async Task<BaseMarks> ReadAsync(BaseId id, IReadOnlyList<StoredObject> listed, CancellationToken token)
    {
        if (listed.Count == 0) return BaseMarks.None;
        var unpins = (await ReadAsync(id, Of(listed, BaseMark.Unpin), token)).SelectMany(one => one.Mark?.Of ?? []).ToHashSet(StringComparer.Ordinal);
        var pins = (await ReadAsync(id, Of(listed, BaseMark.Pin), token)).Where(one => !unpins.Contains(one.Name)).ToList();
        var tombstones = await ReadAsync(id, Of(listed, BaseMark.Tombstone), token);
        return new BaseMarks(pins, await CheckAsync(id, listed, token), tombstones.Where(one => one is { IsKnown: true, Mark: not null }).MinBy(one => one.Written)) { Proof = await ProofAsync(id, listed, token) };
    }

    private async Task<BaseMark?> ProofAsync(BaseId id, IReadOnlyList<StoredObject> listed, CancellationToken token)
    {
        foreach (var one in Of(listed, BaseMark.Proven).OrderByDescending(one => one.Written))
            if (await bases.ReadMarkAsync(id, one, writers, token) is { IsKnown: true, Mark: { Reached: { } reached, Drill: not null } proof } && Postgres.Wal.Lsn.TryParse(reached.Lsn, out _)) return proof;
        return null;
    }

    /// <summary>Of several of one moment, the one that found something.</summary>
    private async Task<StoredMark?> CheckAsync(BaseId id, IReadOnlyList<StoredObject> listed, CancellationToken token)
    {
        foreach (var moment in Of(listed, BaseMark.Verified).GroupBy(one => one.Written).OrderByDescending(moment => moment.Key))
            if ((await ReadAsync(id, moment, token)).Where(one => one is { IsKnown: true, Mark.Passed: not null }).MinBy(one => one.Mark!.Passed) is { } check) return check;
        return null;
    }

    private async Task<List<StoredMark>> ReadAsync(BaseId id, IEnumerable<StoredObject> those, CancellationToken token)
    {
        var read = new List<StoredMark>();
        foreach (var one in those) read.Add(await bases.ReadMarkAsync(id, one, writers, token));
        return read;
    }

    private static IEnumerable<StoredObject> Of(IEnumerable<StoredObject> listed, string type) => listed.Where(one => one.Key.EndsWith($"-{type}", StringComparison.Ordinal));
}
