using Tidemark.BaseBackups.Maps;
using Tidemark.Repositories.Packs;
using Tidemark.Tests.Repositories.Packs;

namespace Tidemark.Tests.BaseBackups;

/// <summary>All that a map tells, read from its packs.</summary>
/// <param name="Items">In its order.</param>
/// <param name="Files">Whole.</param>
internal sealed record MappedContent(IReadOnlyList<MapItem> Items, Dictionary<string, byte[]> Files)
{
    public static async Task<MappedContent> ReadAsync(PackBench bench, IReadOnlyList<MapPlace> lists, CancellationToken token)
    {
        var (items, files) = (new List<MapItem>(), new Dictionary<string, byte[]>(StringComparer.Ordinal));
        using var shelf = new PackShelf(bench.Place, bench.Keys);
        await foreach (var item in new PageMapReader(shelf, PackBench.PageSize).ItemsAsync(lists, token))
        {
            items.Add(item);
            if (item is MappedFile file)
            {
                files[file.Path] = new byte[file.Size];
                if (file.Bundle is { } bundle) (await FrameAsync(bundle.Pack, bundle.Frame)).AsSpan(bundle.Offset, (int)file.Size).CopyTo(files[file.Path]);
                else await FillAsync(file.Path, 0, file.Runs);
            }
            else if (item is MappedPart part) await FillAsync(part.Path, part.FirstPage, part.Runs);
        }
        return new MappedContent(items, files);

        async Task<byte[]> FrameAsync(PackPromise pack, int frame) => await (await shelf.OpenAsync(pack.Pack, token)).ReadAsync(frame, token);

        async Task FillAsync(string path, long page, IReadOnlyList<PageRun> runs)
        {
            foreach (var run in runs)
            {
                var at = (int)(page * PackBench.PageSize);
                (await FrameAsync(run.Pack, run.Frame)).AsSpan(run.Within * PackBench.PageSize, Math.Min(run.Pages * PackBench.PageSize, files[path].Length - at)).CopyTo(files[path].AsSpan(at));
                page += run.Pages;
            }
        }
    }
}
