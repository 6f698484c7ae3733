using System.Security.Cryptography;
using Tidemark.BaseBackups;
using Tidemark.Configuration;
using Tidemark.Files;
using Tidemark.Postgres.Wal;
using Tidemark.Repositories;
using Tidemark.Repositories.Packs;
using Tidemark.Storage;
using Tidemark.Storage.Local;
using Tidemark.Wal;

namespace Tidemark.Probe;

/// <summary>A folder store with a full backup of 10 TiB that does not exist and 100 increments, a day apart, in each of which 1 % changed, here and there; so each needs the packs of all before it. Packs and WAL are files of the right names and sizes with nothing in them.</summary>
/// <param name="folder">The store lies in it, and the state.</param>
internal sealed class LargeStore(string folder) : IAsyncDisposable
{
    public const int Files = 10 * 1024, Increments = 100, ChangedEvery = 97;

    /// <summary>Between two backups, as many as 1 % of the cluster has bytes; and while one is taken.</summary>
    private const ulong SegmentsADay = 6500, SegmentsOfOne = 10;

    private static readonly IncarnationFolder Life = new(IncarnationFolder.DefaultCluster, 1, 7_400_000_000_000_000_001);
    private static readonly WalSegmentSize Segment = new(16 << 20);
    private static readonly DateTimeOffset First = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static DateTimeOffset Last => First.AddDays(Increments);

    public LocalObjectStore Store { get; } = new(Path.Combine(folder, "store"));

    public string State => Path.Combine(folder, "state");

    public RepositoryKeys Keys { get; } = new(EncryptionOptions.None, []);

    public BaseStore Bases(IObjectStore? seen = null) => new(seen ?? Store, new BaseKeys(Life), Keys);

    /// <param name="number">0: the full one.</param>
    public static BaseId Id(int number) => BaseId.TryParse($"{First.AddDays(number):yyyyMMdd'T'HHmmss'Z'}-{number:x6}", out var id) ? id : throw new ArgumentOutOfRangeException(nameof(number));

    public async Task MakeAsync()
    {
        PrivateFolder.Ensure(State);
        await new Incarnations(Store, Life.Cluster).EnsureAsync(Life.SystemIdentifier, CancellationToken.None);
        var (place, writer, path) = (Bases().Packs, WriterKey.Ensure(State), LargeMap.PathOf(Files - 1));
        var full = await LargeMap.WriteAsync(place, Keys, Files, null, 0, await LargeFile.StoreAsync(place, Keys, path, Enumerable.Range(0, LargeMap.Extents), 0));
        var changed = Enumerable.Range(0, LargeMap.Extents).Where(extent => (((Files - 1L) * LargeMap.Extents) + extent) % ChangedEvery == 0);
        var child = await LargeMap.WriteAsync(place, Keys, Files, full, ChangedEvery, await LargeFile.StoreAsync(place, Keys, path, changed, 1));
        await TakeAsync(0, full, full.Packs, writer);
        var (packs, its) = (child.Packs.ToList(), Files * LargeMap.Extents / ChangedEvery / LargeMap.FramesAPack);
        for (var number = 1; number <= Increments; number++)
        {
            if (number > 1) packs.AddRange(Enumerable.Range(0, its).Select(pack => LargeMap.MadePack(pack, number)));
            await TakeAsync(number, child, packs, writer);
        }
        foreach (var pack in full.Packs.Concat(packs).DistinctBy(pack => pack.Id)) MakeEmpty(place.Folder.Key(pack.Id), pack.Size);
        for (var segment = 1UL; segment <= SegmentsADay * (Increments + 1); segment++) MakeWal(segment);
    }

    public ValueTask DisposeAsync() => Store.DisposeAsync();

    private async Task TakeAsync(int number, LargeMap map, IReadOnlyCollection<SealedPack> packs, WriterKey writer)
    {
        var (bases, id, parent, type) = (Bases(), Id(number), number == 0 ? null : Id(number - 1).Text, number == 0 ? BaseRefs.Full : BaseRefs.Increment);
        var (begins, wal) = (First.AddDays(number), Span(number));
        await bases.WriteAsync(id, new BaseIntent { Id = id.Text, Parent = parent, Host = "here", Started = begins }, writer, CancellationToken.None);
        await bases.WriteAsync(new BaseRefs { Id = id.Text, SystemIdentifier = $"{Life.SystemIdentifier}", Type = type, Parent = parent, Wal = wal, WalSegmentBytes = Segment.Bytes, Packs = 0, PackBytes = 0, PackLines = "" }, packs, writer, CancellationToken.None);
        var bytes = (long)Files * LargeMap.Extents * LargeMap.ExtentPages * LargeMap.PageSize;
        await bases.WriteAsync(new BaseManifest
        {
            Id = id.Text,
            Cluster = Life.Cluster,
            SystemIdentifier = $"{Life.SystemIdentifier}",
            ServerVersion = 170010,
            BlockSize = LargeMap.PageSize,
            WalSegmentBytes = Segment.Bytes,
            DataChecksums = true,
            From = BaseManifest.Primary,
            Type = type,
            Parent = parent,
            Wal = wal,
            BackupLabel = [],
            Control = new byte[8192],
            FolderMode = 448,
            Totals = new BaseTotals(Files, bytes, number == 0 ? bytes : bytes / ChangedEvery, 0),
            MapLists = [.. map.Lists.Select(MapReference.To)],
        }, writer, CancellationToken.None);
    }

    private static WalSpan Span(int number)
    {
        var (first, begins) = (1 + ((ulong)number * SegmentsADay), First.AddDays(number));
        return new WalSpan
        {
            Start = WalPoint.At(TimelineId.First, Segment.StartOf(first) + 0x28UL, begins.AddHours(-1)),
            Stop = WalPoint.At(TimelineId.First, Segment.StartOf(first + SegmentsOfOne) + 0x150UL, begins),
        };
    }

    private void MakeWal(ulong number)
    {
        var name = WalSegmentName.Of(TimelineId.First, number, Segment);
        MakeEmpty(new WalKeys(Life).OfSegment(name, Convert.ToHexStringLower(SHA256.HashData(BitConverter.GetBytes(number)))), Segment.Bytes);
    }

    /// <summary>It takes no room on the disk. One that is there stays.</summary>
    private void MakeEmpty(string key, long size)
    {
        var path = Path.Combine(Store.Address, key);
        if (File.Exists(path)) return;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write);
        RandomAccess.SetLength(file, size);
    }
}
