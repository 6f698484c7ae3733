using Tidemark.BaseBackups;
using Tidemark.Postgres.Wal;
using Tidemark.Repositories;
using Tidemark.Storage;
using Tidemark.Wal;

namespace Tidemark.Retention.Bases;

/// <summary>Reads what retention must know of base backups and WAL. Nothing is opened that is sealed, and nothing is written.</summary>
internal sealed class BaseRetentionReader(RepositoryKeys keys, KnownWriters writers)
{
    /// <summary>A part of the store where a life of the cluster lies.</summary>
    public BaseStore BasesOf(IObjectStore store, IncarnationFolder life) => new(store, new BaseKeys(life), keys);

    /// <summary>Of each life that has any base backup.</summary>
    /// <exception cref="Fault">8: the store, also where a part of it could not be looked at: nothing is decided then.</exception>
    public async Task<IReadOnlyList<BaseRetentionFacts>> ReadAsync(IObjectStore store, CancellationToken token)
    {
        var facts = new List<BaseRetentionFacts>();
        foreach (var life in await new Incarnations(store, IncarnationFolder.DefaultCluster).ListAsync(token))
            if (await ReadAsync(store, life, token) is { Entries.Count: > 0 } one) facts.Add(one);
        return facts;
    }

    public async Task<BaseRetentionFacts> ReadAsync(IObjectStore store, IncarnationFolder life, CancellationToken token)
    {
        var entries = await new BaseCatalog(BasesOf(store, life), writers).ListAsync(token);
        return new BaseRetentionFacts(store.Address, life, entries, SizeOf(entries), SizeOf(entries) is { } size ? await CoverageAsync(store, life, size, token) : new WalCoverage([], new Dictionary<TimelineId, TimelineHistory>()));
    }

    private static WalSegmentSize? SizeOf(IReadOnlyList<BaseEntry> entries) =>
        entries.Select(entry => entry.Manifest?.WalSegmentBytes ?? entry.Refs?.WalSegmentBytes).FirstOrDefault(bytes => bytes is { } known && WalSegmentSize.IsOne(known)) is { } one ? new WalSegmentSize(one) : null;

    private async Task<WalCoverage> CoverageAsync(IObjectStore store, IncarnationFolder life, WalSegmentSize size, CancellationToken token)
    {
        using var encoding = new WalEncoding(keys);
        var archive = new WalArchive(store, new WalKeys(life), encoding);
        var (segments, breaks, histories, unseen) = (new List<CoveredSegment>(), new List<CoveredBreak>(), new List<TimelineHistory>(), new List<string>());
        // As it comes: there may be a million objects, and of a segment half of its hash is enough. Two that agree in it do not exist.
        await foreach (var stored in store.ListObjectsAsync(archive.Keys.All, unseen.Add, token))
            if (WalKeys.Parse(stored.Key) is not { } one) continue;
            else if (one.Kind == WalObjectKind.Segment) segments.Add(new CoveredSegment(one.Segment, one.Mark[..32], default));
            else if (one.Kind == WalObjectKind.Break) breaks.Add(new CoveredBreak(one.Segment, Convert.ToUInt32(one.Mark, 16)));
            else if (one.Kind == WalObjectKind.History && await archive.ReadNoteAsync(WalFileName.Parse(one.Segment.Timeline.HistoryFileName)!, token) is { } content) histories.Add(KnownForks.Read(archive, one.Segment.Timeline, content));
        if (unseen.Count > 0) throw StoreFault.Unseen(store, archive.Keys.All, unseen);
        return WalCoverage.Of(size, segments, histories, [], breaks);
    }
}
