using Tidemark.Repositories;

namespace Tidemark.Wal;

/// <summary>What is known of the newest WAL in one store.</summary>
/// <param name="Store">Its address.</param>
/// <param name="Incarnation">The life of the cluster that began last; null: no WAL was ever there, or that cannot be seen.</param>
/// <param name="Reach">Up to when every commit is there; null: nobody has noted it, or it cannot be read.</param>
/// <param name="Failure">Why it is not known, or not renewed; null: nothing is wrong.</param>
internal sealed record StoreReach(string Store, IncarnationFolder? Incarnation, WalReach? Reach, string? Failure);
