using Tidemark.BaseBackups.Maps;
using Tidemark.Repositories;
using Tidemark.Repositories.Packs;
using Tidemark.Tests.Support;

namespace Tidemark.Probe;

/// <summary>The last file of a large cluster: its extents lie in packs that hold them.</summary>
internal static class LargeFile
{
    /// <param name="place">Where the packs go.</param>
    /// <param name="keys">Seal them.</param>
    /// <param name="path">Of the file.</param>
    /// <param name="extents">Which of them.</param>
    /// <param name="version">Of their content.</param>
    public static async Task<IReadOnlyDictionary<int, PageRun>> StoreAsync(PackPlace place, RepositoryKeys keys, string path, IEnumerable<int> extents, int version)
    {
        await using var uploads = new PackUploads(place.Store, place.Folder, keys, 2, CancellationToken.None);
        using var packs = new PackWriter(uploads, LargeMap.PageSize);
        using var encoder = new FrameEncoder(3);
        var (runs, raw) = (new Dictionary<int, PageRun>(), new byte[LargeContent.ExtentLength]);
        foreach (var extent in extents)
        {
            LargeContent.Fill(raw, extent, version);
            var frame = await packs.AddAsync(encoder.Encode(new Extent(path, [new PageSpan((long)extent * LargeMap.ExtentPages, LargeMap.ExtentPages)]), raw), CancellationToken.None);
            runs[extent] = new PageRun(LargeMap.ExtentPages, frame.Pack, frame.Frame, 0);
        }
        await packs.SealAsync(CancellationToken.None);
        await uploads.CompleteAsync();
        return runs;
    }
}
