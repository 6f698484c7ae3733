using Tidemark.Repositories.Packs;

namespace Tidemark.BaseBackups.Maps;

/// <summary>Up to 512 things of one folder, with the pages of the small files among them.</summary>
internal static class NameChunk
{
    /// <param name="items">Of one folder, in order; their packs are sealed.</param>
    public static byte[] Write(IReadOnlyList<MapItem> items)
    {
        var to = new PlaceWriter(MapFormat.Names);
        to.Rest.Block(PathText.ToBytes(MapOrder.Folder(items[0].Path)));
        to.Rest.Number(items.Count);
        var before = Array.Empty<byte>();
        foreach (var item in items)
        {
            var name = PathText.ToBytes(MapOrder.Name(item.Path));
            to.Rest.Name(name, before);
            before = name;
            Write(item, to);
        }
        return to.Written();
    }

    /// <param name="raw">As it was written.</param>
    /// <param name="pageSize">Bytes.</param>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static IReadOnlyList<MapItem> Read(ReadOnlySpan<byte> raw, int pageSize)
    {
        var from = new PlaceReader(raw, MapFormat.Names);
        var folder = from.Rest.Block(PathText.Longest).ToArray();
        var items = new MapItem[from.Rest.Number(MapFormat.MostNames)];
        var name = Array.Empty<byte>();
        for (var at = 0; at < items.Length; at++)
        {
            name = from.Rest.Name(name);
            if (name.AsSpan().Contains((byte)'/')) throw new InvalidDataException("a name holds a '/'");
            items[at] = Read(PathText.ToText(folder.Length == 0 ? name : [.. folder, (byte)'/', .. name]), ref from, pageSize);
        }
        from.Rest.End();
        return items;
    }

    private static void Write(MapItem item, PlaceWriter to)
    {
        switch (item)
        {
            case MappedFolder folder:
                to.Rest.Number(MapFormat.Folder);
                to.Rest.Number(folder.Mode);
                break;
            case MappedLink link:
                to.Rest.Number(MapFormat.Link);
                to.Rest.Block(PathText.ToBytes(link.Target));
                break;
            case MappedFile file:
                to.Rest.Number(file.Bundle is not null ? MapFormat.FileInBundle : file.IsInParts ? MapFormat.FileInParts : MapFormat.FileOfRuns);
                to.Rest.Number(file.Mode);
                to.Rest.Number(file.Size);
                to.Rest.Signed(file.Modified);
                if (file.Bundle is { } bundle)
                {
                    to.Place(bundle.Pack, bundle.Frame);
                    to.Rest.Number(bundle.Offset);
                }
                else if (!file.IsInParts) to.Runs(file.Runs);
                break;
        }
    }

    private static MapItem Read(string path, ref PlaceReader from, int pageSize)
    {
        var kind = from.Rest.Number(MapFormat.Link);
        if (kind == MapFormat.Link) return new MappedLink(path, Target(from.Rest.Block(PathText.Longest)));
        var mode = from.Rest.Number(MapFormat.Modes);
        if (kind == MapFormat.Folder) return new MappedFolder(path, mode);
        var file = new MappedFile(path, from.Rest.Number(MapFormat.LargestFile), mode, from.Rest.Signed());
        switch (kind)
        {
            case MapFormat.FileInParts:
                return file with { IsInParts = true };
            case MapFormat.FileInBundle:
                var (pack, frame) = from.Place();
                return file with { Bundle = new BundlePlace(pack, frame, from.Rest.Number(Extent.Largest)) };
            case MapFormat.FileOfRuns:
                return file with { Runs = from.Runs((file.Size + pageSize - 1) / pageSize) };
            default:
                throw new InvalidDataException("it holds a thing of no kind");
        }
    }

    /// <summary>A link may lead anywhere: whoever restores decides where.</summary>
    private static string Target(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length == 0 || bytes.Contains((byte)0)) throw new InvalidDataException("a link leads nowhere");
        return PathText.ToAnyText(bytes);
    }
}
