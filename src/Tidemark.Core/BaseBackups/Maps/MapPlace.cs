using Tidemark.Repositories.Packs;

namespace Tidemark.BaseBackups.Maps;

/// <summary>Where a part of a map lies.</summary>
/// <param name="Pack">In which pack.</param>
/// <param name="Frame">Its number there.</param>
/// <param name="Hash">Of what comes out of it: its name.</param>
/// <param name="Length">Bytes that come out of it.</param>
internal sealed record MapPlace(PackPromise Pack, int Frame, ContentHash Hash, int Length);
