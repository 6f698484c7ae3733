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
        var (segments, breaks, histories) = (new List<CoveredSegment>(), new List<CoveredBreak>(), new List<TimelineHistory>());
        foreach (var one in await archive.ListAsync(archive.Keys.All, token))
            if (one.Object.Kind == WalObjectKind.Segment) segments.Add(new CoveredSegment(one.Object.Segment, one.Object.Mark, default));
            else if (one.Object.Kind == WalObjectKind.Break) breaks.Add(new CoveredBreak(one.Object.Segment, Convert.ToUInt32(one.Object.Mark, 16)));
            else if (one.Object.Kind == WalObjectKind.History && await archive.ReadNoteAsync(WalFileName.Parse(one.Object.Segment.Timeline.HistoryFileName)!, token) is { } content) histories.Add(KnownForks.Read(archive, one.Object.Segment.Timeline, content));
        return WalCoverage.Of(size, segments, histories, [], breaks);
    }
}
