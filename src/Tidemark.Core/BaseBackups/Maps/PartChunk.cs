using Tidemark.Repositories.Packs;

namespace Tidemark.BaseBackups.Maps;

/// <summary>64 MiB of a large file, or its last stretch.</summary>
internal static class PartChunk
{
    /// <param name="part">Its packs are sealed.</param>
    public static byte[] Write(MappedPart part)
    {
        var to = new PlaceWriter(MapFormat.Part);
        to.Rest.Block(PathText.ToBytes(part.Path));
        to.Rest.Number(part.FirstPage);
        to.Rest.Number(part.Runs.Sum(run => (long)run.Pages));
        to.Runs(part.Runs);
        return to.Written();
    }

    /// <exception cref="InvalidDataException">It is none.</exception>
    public static MappedPart Read(ReadOnlySpan<byte> raw)
    {
        var from = new PlaceReader(raw, MapFormat.Part);
        var part = new MappedPart(PathText.ToText(from.Rest.Block(PathText.Longest)), from.Rest.Number(MapFormat.MostPages), from.Runs(from.Rest.Number(MapFormat.MostRuns)));
        from.Rest.End();
        return part;
    }
}
