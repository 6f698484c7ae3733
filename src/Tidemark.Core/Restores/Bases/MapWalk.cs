using System.Runtime.CompilerServices;
using Tidemark.BaseBackups;
using Tidemark.BaseBackups.Maps;
using Tidemark.Repositories.Packs;

namespace Tidemark.Restores.Bases;

/// <summary>Everything of a backup in the order of its map, large files with all their runs.</summary>
internal static class MapWalk
{
    public static async IAsyncEnumerable<MapItem> ItemsAsync(BaseManifest manifest, PackShelf shelf, [EnumeratorCancellation] CancellationToken token)
    {
        var (large, parts) = (new Queue<MappedFile>(), new List<PageRun>());
        await foreach (var item in new PageMapReader(shelf, manifest.BlockSize).ItemsAsync(manifest.MapLists.Select(list => list.Place()), token))
            switch (item)
            {
                case MappedFile { IsInParts: true } file:
                    large.Enqueue(file);
                    break;
                case MappedPart part:
                    parts.AddRange(part.Runs);
                    if (parts.Sum(run => (long)run.Pages) * manifest.BlockSize < large.Peek().Size) break;
                    yield return large.Dequeue() with { Runs = [.. parts], IsInParts = false };
                    parts.Clear();
                    break;
                default:
                    yield return item;
                    break;
            }
    }
}
