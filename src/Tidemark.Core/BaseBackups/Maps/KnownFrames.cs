using Tidemark.Repositories.Packs;

namespace Tidemark.BaseBackups.Maps;

/// <summary>What of a cluster lies in the store already: in the packs of the backup before, or in those that a killed run left. The same is what has the same hash; no time and no size is asked. One a worker.</summary>
/// <param name="shelf">The packs; of all workers.</param>
/// <param name="left">Of killed runs; of all workers.</param>
internal sealed class KnownFrames(PackShelf shelf, LeftFrames left)
{
    private (string Pack, int Frame, byte[] Raw)? bundle;

    /// <summary>Packs of the backup before that could not be read: what is in them is stored again.</summary>
    public HashSet<string> Unreadable { get; } = new(StringComparer.Ordinal);

    /// <param name="content">What is to be stored.</param>
    /// <param name="raw">Its bytes.</param>
    /// <param name="hash">Of these.</param>
    /// <param name="before">Where the backup before has these pages; no pages: nowhere as one extent.</param>
    /// <param name="token">Cancels.</param>
    /// <returns>Null: it must be stored.</returns>
    public async ValueTask<FramePlace?> FindAsync(FrameContent content, int raw, ContentHash hash, PageRun before, CancellationToken token)
    {
        if (before.Pages > 0 && await OpenAsync(before.Pack, token) is { } reader && before.Frame < reader.Index.Frames.Count)
        {
            var there = reader.Index.Frames[before.Frame];
            if (there.Content.Kind == content.Kind && there.Raw == raw && there.Hash == hash) return new FramePlace(before.Pack, before.Frame);
        }
        return left.Find(content, raw, hash);
    }

    /// <summary>Whether a small file is as the backup before has it. The bundles of its neighbours are the same, so one is kept at hand.</summary>
    public async ValueTask<bool> IsSameAsync(MappedFile before, ReadOnlyMemory<byte> now, CancellationToken token)
    {
        if (before.Bundle is not { } place || before.Size != now.Length) return false;
        if (bundle is not { } open || open.Pack != place.Pack.Pack.Id || open.Frame != place.Frame)
        {
            if (await ReadAsync(place, token) is not { } raw) return false;
            bundle = open = (place.Pack.Pack.Id, place.Frame, raw);
        }
        return place.Offset + now.Length <= open.Raw.Length && now.Span.SequenceEqual(open.Raw.AsSpan(place.Offset, now.Length));
    }

    /// <summary>Where each extent of a file lies that the backup before had: the runs that are just an extent.</summary>
    /// <param name="runs">All of the file's.</param>
    /// <param name="extents">Of the file as it is now.</param>
    /// <param name="extentPages">Pages in each but the last.</param>
    public static PageRun[] ByExtent(IReadOnlyList<PageRun> runs, int extents, int extentPages)
    {
        var (found, page) = (new PageRun[extents], 0L);
        foreach (var run in runs)
        {
            if (page % extentPages == 0 && run.Within == 0 && run.Pages <= extentPages && page / extentPages < extents) found[page / extentPages] = run;
            page += run.Pages;
        }
        return found;
    }

    private async ValueTask<byte[]?> ReadAsync(BundlePlace place, CancellationToken token)
    {
        if (await OpenAsync(place.Pack, token) is not { } reader) return null;
        try
        {
            return await reader.ReadAsync(place.Frame, token);
        }
        catch (Fault damaged) when (damaged.Code == FaultCode.Verification)
        {
            Unreadable.Add(place.Pack.Pack.Id);
            return null;
        }
    }

    private async ValueTask<PackReader?> OpenAsync(PackPromise pack, CancellationToken token)
    {
        if (Unreadable.Contains(pack.Pack.Id)) return null;
        try
        {
            return await shelf.OpenAsync(pack.Pack, token);
        }
        catch (Fault damaged) when (damaged.Code == FaultCode.Verification)
        {
            Unreadable.Add(pack.Pack.Id);
            return null;
        }
    }
}
