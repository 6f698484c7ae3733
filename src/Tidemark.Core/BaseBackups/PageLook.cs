using Tidemark.Postgres.Data;
using Tidemark.Postgres.Wal;
using Tidemark.Repositories.Packs;

namespace Tidemark.BaseBackups;

/// <summary>Looks at the pages of a stored backup. One that was being written when it was read is none of its business: replay writes it anew.</summary>
internal sealed class PageLook
{
    private const int Most = 100;

    private readonly BaseManifest manifest;
    private readonly int segmentPages;
    private readonly Lsn start;
    private readonly HashSet<(string, long)> known;
    private readonly List<string> faults = [];

    public PageLook(BaseManifest manifest)
    {
        this.manifest = manifest;
        (segmentPages, start) = (ControlFile.Read(manifest.Control, out _)?.Sizes.SegmentPages ?? 0, manifest.Wal.Start.Place().Lsn);
        known = [.. manifest.PageWarnings.Select(page => (page.Path, page.Page))];
    }

    public long Pages { get; private set; }

    /// <summary>The first hundred.</summary>
    public IReadOnlyList<string> Faults => faults;

    public void Take(FrameContent content, ReadOnlySpan<byte> raw)
    {
        // Without a control file that can be read nobody knows a page's number.
        if (!manifest.DataChecksums || segmentPages == 0) return;
        if (content is Extent extent)
            foreach (var span in extent.Pages)
            {
                var length = (int)Math.Min((long)span.Count * manifest.BlockSize, raw.Length);
                Look(extent.Path, span.First, raw[..length]);
                raw = raw[length..];
            }
        if (content is Bundle bundle)
            foreach (var file in bundle.Files)
            {
                Look(file.Path, 0, raw[..file.Length]);
                raw = raw[file.Length..];
            }
    }

    private void Look(string path, long first, ReadOnlySpan<byte> bytes)
    {
        if (RelationFile.Parse(path) is not { } relation) return;
        for (var page = first; bytes.Length >= manifest.BlockSize; page++, bytes = bytes[manifest.BlockSize..])
        {
            Pages++;
            var verdict = PageVerdict.Of(bytes[..manifest.BlockSize], relation.FirstBlock(segmentPages) + (uint)page);
            if (!verdict.IsDamaged || known.Contains((path, page)) || PageHeader.Read(bytes).Lsn >= start) continue;
            if (faults.Count < Most) faults.Add($"{path}, page {page}: {verdict.Why}");
        }
    }
}
