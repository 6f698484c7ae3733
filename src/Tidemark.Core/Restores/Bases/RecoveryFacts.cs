using Tidemark.BaseBackups;
using Tidemark.Repositories;
using Tidemark.Storage;
using Tidemark.Wal;

namespace Tidemark.Restores.Bases;

/// <summary>What a store holds of one life of a cluster that a recovery can use.</summary>
/// <param name="Store">Which.</param>
/// <param name="Folder">Whose life.</param>
/// <param name="Bases">In no order, damaged ones too.</param>
/// <param name="Coverage">The WAL.</param>
/// <param name="Reach">Up to when every commit is known to be there; null: nobody noted it.</param>
internal sealed record RecoveryFacts(IObjectStore Store, IncarnationFolder Folder, IReadOnlyList<BaseEntry> Bases, WalCoverage Coverage, WalReach? Reach);
