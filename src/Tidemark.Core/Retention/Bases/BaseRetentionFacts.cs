using Tidemark.BaseBackups;
using Tidemark.Postgres.Wal;
using Tidemark.Repositories;
using Tidemark.Wal;

namespace Tidemark.Retention.Bases;

/// <summary>What one store holds of one life of the cluster, as retention must know it. None of it is sealed: pruning needs no identity.</summary>
/// <param name="Store">Its address.</param>
/// <param name="Life">Whose.</param>
/// <param name="Entries">Of base backups, what was interrupted included; in no order.</param>
/// <param name="SegmentSize">Null: nothing that can be read says it.</param>
/// <param name="Coverage">The WAL that is there; of nothing where the size is not known.</param>
internal sealed record BaseRetentionFacts(string Store, IncarnationFolder Life, IReadOnlyList<BaseEntry> Entries, WalSegmentSize? SegmentSize, WalCoverage Coverage);
