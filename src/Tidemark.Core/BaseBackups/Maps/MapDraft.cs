using Tidemark.Repositories.Packs;

namespace Tidemark.BaseBackups.Maps;

/// <summary>A chunk or a list that can be written when the packs that it names are sealed.</summary>
/// <param name="Key">Of a chunk; null: it is a list.</param>
/// <param name="Packs">Each once, or oftener.</param>
/// <param name="Write">Makes its bytes.</param>
internal sealed record MapDraft(ChunkKey? Key, IReadOnlyList<PackPromise> Packs, Func<byte[]> Write)
{
    public bool IsReady => Packs.All(pack => pack.Sealed.IsCompleted);

    public static MapDraft OfNames(IReadOnlyList<MapItem> items) => new(new ChunkKey(items[0].Path, null), [.. items.OfType<MappedFile>().SelectMany(Named).Distinct()], () => NameChunk.Write(items));

    public static MapDraft OfPart(MappedPart part) => new(new ChunkKey(part.Path, part.FirstPage), [.. part.Runs.Select(run => run.Pack).Distinct()], () => PartChunk.Write(part));

    public static MapDraft OfList(IReadOnlyList<ListedChunk> chunks) => new(null, [.. chunks.Select(chunk => chunk.Place.Pack).Distinct()], () => MapList.Write(chunks));

    private static IEnumerable<PackPromise> Named(MappedFile file) => file.Bundle is { } bundle ? [bundle.Pack] : file.Runs.Select(run => run.Pack);
}
