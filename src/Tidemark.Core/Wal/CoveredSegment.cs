using Tidemark.Postgres.Wal;

namespace Tidemark.Wal;

/// <summary>A complete segment in a store.</summary>
/// <param name="Name">As PostgreSQL calls it.</param>
/// <param name="Sha256">Of its raw bytes: two of one name that differ are a conflict.</param>
/// <param name="Written">By the store's clock.</param>
internal sealed record CoveredSegment(WalSegmentName Name, string Sha256, DateTimeOffset Written);

/// <summary>Where a segment says that <c>wal_level</c> is minimal from there on.</summary>
/// <param name="Segment">Which.</param>
/// <param name="Offset">Bytes from its start.</param>
internal sealed record CoveredBreak(WalSegmentName Segment, uint Offset);

/// <summary>A mark that says that a timeline was written twice.</summary>
/// <param name="Timeline">Which.</param>
/// <param name="At">From this place on.</param>
internal sealed record CoveredConflict(TimelineId Timeline, Lsn At);

/// <summary>The beginning of a segment that was still open, as far as its pieces reach without a gap.</summary>
/// <param name="Segment">Whose.</param>
/// <param name="Length">Bytes from the segment's start.</param>
/// <param name="Written">When its last piece was, by the store's clock.</param>
internal sealed record CoveredTail(WalSegmentName Segment, int Length, DateTimeOffset Written);
