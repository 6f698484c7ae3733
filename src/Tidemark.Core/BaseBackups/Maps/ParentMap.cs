namespace Tidemark.BaseBackups.Maps;

/// <summary>The map of an earlier backup: what did not change since is named in both, and stored once.</summary>
/// <param name="Lists">Of its manifest.</param>
/// <param name="Chunks">In order, as <see cref="PageMapReader.ChunksAsync"/> reads them.</param>
internal sealed record ParentMap(IReadOnlyList<MapPlace> Lists, IAsyncEnumerable<ListedChunk> Chunks);
