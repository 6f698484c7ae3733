using Tidemark.Repositories.Packs;

namespace Tidemark.BaseBackups.Maps;

/// <summary>Pages that follow each other in a file and in a frame.</summary>
/// <param name="Pages">How many; at least one.</param>
/// <param name="Pack">Where they lie.</param>
/// <param name="Frame">In which frame of it.</param>
/// <param name="Within">The number of the first of them within what comes out of the frame.</param>
internal readonly record struct PageRun(int Pages, PackPromise Pack, int Frame, int Within);

/// <param name="Pack">Where the file lies.</param>
/// <param name="Frame">In which bundle of it.</param>
/// <param name="Offset">Bytes from the start of what comes out of the frame.</param>
internal readonly record struct BundlePlace(PackPromise Pack, int Frame, int Offset);
