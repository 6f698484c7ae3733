namespace Tidemark.Repositories.Packs;

/// <summary>The index of a pack in the making: page size, then for each frame kind, stored and raw bytes, hash and what it is of.</summary>
internal sealed class PackIndexWriter
{
    private readonly FieldWriter to = new();
    private byte[] path = [];

    public PackIndexWriter(int pageSize) => to.Number(pageSize);

    public int Frames { get; private set; }

    public int Length => to.Length;

    public ReadOnlySpan<byte> Written => to.Written;

    public void Add(PackedFrame frame)
    {
        to.Number((int)frame.Content.Kind);
        to.Number(frame.Bytes.Length);
        to.Number(frame.Raw);
        to.Hash(frame.Hash);
        switch (frame.Content)
        {
            case Extent extent:
                Path(extent.Path);
                Pages(extent.Pages);
                break;
            case Bundle bundle:
                to.Number(bundle.Files.Count);
                foreach (var file in bundle.Files)
                {
                    Path(file.Path);
                    to.Number(file.Length);
                }
                break;
        }
        Frames++;
    }

    private void Pages(IReadOnlyList<PageSpan> spans)
    {
        to.Number(spans.Count);
        var next = 0L;
        foreach (var span in spans)
        {
            to.Number(span.First - next);
            to.Number(span.Count);
            next = span.First + span.Count;
        }
    }

    private void Path(string text)
    {
        var bytes = PathText.ToBytes(text);
        to.Name(bytes, path);
        path = bytes;
    }
}
