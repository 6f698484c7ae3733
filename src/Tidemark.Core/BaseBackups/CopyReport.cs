using Tidemark.BaseBackups.Maps;
using Tidemark.Repositories.Packs;

namespace Tidemark.BaseBackups;

/// <summary>What came of copying a cluster's files.</summary>
/// <param name="Lists">Of the map.</param>
/// <param name="Packs">All that the map needs.</param>
/// <param name="Control">pg_control, read last.</param>
/// <param name="Files">In the map.</param>
/// <param name="Bytes">Of these.</param>
/// <param name="NewBytes">Of these, what the store did not have.</param>
/// <param name="Refused">What is no part of a cluster and could not be copied.</param>
/// <param name="Bad">Damaged pages, the first thousand of each worker.</param>
/// <param name="BadPages">All of them.</param>
/// <param name="Unreadable">Packs of the backup before that could not be read: what is in them was stored again.</param>
internal sealed record CopyReport(
    IReadOnlyList<MapPlace> Lists, IReadOnlyCollection<SealedPack> Packs, byte[] Control, long Files, long Bytes, long NewBytes, IReadOnlyList<string> Refused, IReadOnlyList<BadPage> Bad, long BadPages, IReadOnlyList<string> Unreadable);
