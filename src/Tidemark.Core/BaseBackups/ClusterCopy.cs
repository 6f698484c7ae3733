using System.Threading.Channels;
using Tidemark.BaseBackups.Maps;
using Tidemark.Postgres.Data;
using Tidemark.Repositories.Packs;

namespace Tidemark.BaseBackups;

/// <summary>Copies a cluster's files with several workers, and tells the map of them in its order. The first fault ends all.</summary>
/// <param name="facts">Of the cluster.</param>
/// <param name="map">Told of everything.</param>
/// <param name="parent">The backup before; null: there is none.</param>
internal sealed class ClusterCopy(ClusterFacts facts, PageMapWriter map, ParentFiles? parent)
{
    /// <summary>How far the listing may be ahead of the map, and of the workers.</summary>
    private const int ItemsAhead = 4096, PiecesAhead = 64;

    /// <summary>Things that may stand behind the first file of a bundle before it is read: fewer than the map can wait for.</summary>
    private const int BundleSpan = 1024;

    private readonly Channel<Task<MapItem?>> items = Channel.CreateBounded<Task<MapItem?>>(ItemsAhead);
    private readonly Channel<CopyPiece> pieces = Channel.CreateBounded<CopyPiece>(PiecesAhead);
    private readonly List<string> refused = [];
    private FileBundle bundle = new();
    private int sinceBundle;

    /// <summary>Files in the map, and their bytes.</summary>
    public (long Files, long Bytes) Copied { get; private set; }

    /// <summary>What is no part of the cluster and could not be copied.</summary>
    public IReadOnlyList<string> Refused => refused;

    /// <exception cref="Fault">What ended it.</exception>
    public async Task RunAsync(ClusterListing listing, IReadOnlyList<PieceCopier> workers, CancellationToken token)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(token);
        await AllOrNone.RunAsync([ListAsync(listing, stop.Token), MapAsync(stop.Token), .. workers.Select(worker => Task.Run(() => WorkAsync(worker, stop.Token), stop.Token))], stop);
    }

    private async Task ListAsync(ClusterListing listing, CancellationToken token)
    {
        await foreach (var (entry, fate) in listing.WalkAsync(token))
        {
            if (fate == EntryFate.Refused) refused.Add(entry.Path);
            else await TakeAsync(entry, fate, token);
        }
        await CloseBundleAsync(token);
        pieces.Writer.Complete();
        items.Writer.Complete();
    }

    private async Task TakeAsync(ClusterEntry entry, EntryFate fate, CancellationToken token)
    {
        if (bundle.Files.Count > 0 && ++sinceBundle >= BundleSpan) await CloseBundleAsync(token);
        var before = parent is null || entry.Kind != ClusterEntryKind.File ? null : await parent.FindAsync(entry.Path);
        if (entry.Kind != ClusterEntryKind.File || fate == EntryFate.KeptEmpty) await items.Writer.WriteAsync(Task.FromResult<MapItem?>(FolderOf(entry)), token);
        else if (entry.Length == 0) await items.Writer.WriteAsync(Task.FromResult<MapItem?>(PieceCopier.Mapped(entry, 0)), token);
        else if (entry.Length <= FileBundle.LargestFile)
        {
            if (!bundle.HasRoomFor(entry)) await CloseBundleAsync(token);
            await items.Writer.WriteAsync(SmallAsync(entry, bundle.Add(entry, before)), token);
        }
        else
        {
            var stretches = new List<FileStretch>();
            ReadOnlyMemory<PageRun> known = before is null ? default : KnownFrames.ByExtent(before.Runs, checked((int)((entry.Length + Extent.Largest - 1) / Extent.Largest)), Extent.Largest / facts.PageBytes);
            for (var at = 0L; at < entry.Length; at += CopyPiece.Longest) stretches.Add(new FileStretch(entry, at, known.IsEmpty ? default : known[(int)(at / Extent.Largest)..]));
            await items.Writer.WriteAsync(JoinedAsync(entry, stretches), token);
            foreach (var stretch in stretches) await pieces.Writer.WriteAsync(stretch, token);
        }
    }

    private async Task CloseBundleAsync(CancellationToken token)
    {
        if (bundle.Files.Count > 0) await pieces.Writer.WriteAsync(bundle, token);
        (bundle, sinceBundle) = (new FileBundle(), 0);
    }

    private async Task WorkAsync(PieceCopier worker, CancellationToken token)
    {
        await foreach (var piece in pieces.Reader.ReadAllAsync(token)) await piece.RunAsync(worker, token);
    }

    private async Task MapAsync(CancellationToken token)
    {
        await foreach (var next in items.Reader.ReadAllAsync(token))
        {
            if (await next.WaitAsync(token) is not { } item) continue;
            if (item is MappedFile file) Copied = (Copied.Files + 1, Copied.Bytes + file.Size);
            await map.AddAsync(item, token);
        }
    }

    /// <summary>Over SQL a link shows as a folder; the server has said where it leads.</summary>
    private MapItem FolderOf(ClusterEntry entry)
    {
        if (ClusterFolder.IsTablespace(entry.Path) && (entry.Target ?? facts.Tablespaces.FirstOrDefault(space => !space.IsInPlace && entry.Name.SequenceEqual($"{space.Oid}"))?.Location) is { } target) return new MappedLink(entry.Path, target);
        return new MappedFolder(entry.Path, (int)(entry.Kind == ClusterEntryKind.Link ? facts.FolderMode : entry.Mode));
    }

    private static async Task<MapItem?> SmallAsync(ClusterEntry entry, Task<MappedFile?> copied) => await copied ?? Gone(entry);

    /// <summary>Where it became shorter meanwhile it ends there: what was behind is written again by replay, where anything is.</summary>
    private static async Task<MapItem?> JoinedAsync(ClusterEntry entry, IReadOnlyList<FileStretch> stretches)
    {
        var (size, runs) = (0L, new List<PageRun>());
        foreach (var stretch in stretches)
        {
            if (await stretch.Done is not { } copied)
            {
                if (size == 0) return Gone(entry);
                break;
            }
            runs.AddRange(copied.Runs);
            size += copied.Length;
            if (copied.Length < stretch.Length) break;
        }
        return PieceCopier.Mapped(entry, size) with { Runs = runs };
    }

    /// <summary>Dropped since it was listed: replay does not want it.</summary>
    private static MapItem? Gone(ClusterEntry entry) => !BackupSelection.IsEssential(entry.Path) ? null : throw new Fault(FaultCode.Store, "a file without which there is no cluster went away while it was copied")
    {
        Where = entry.Path,
        Left = "the backup does not exist; earlier ones are as they were",
        Next = "tidemark backup --kind base",
    };
}
