namespace Tidemark.Postgres.Wal;

/// <summary>Is it, whole and unbroken, the segment that its name says?</summary>
/// <param name="Kind">What is wrong first.</param>
/// <param name="Why">A sentence for whoever has to act; empty when all is well.</param>
internal readonly record struct WalSegmentVerdict(WalSegmentFlaw Kind, string Why)
{
    public bool IsGood => Kind == WalSegmentFlaw.None;
}

internal enum WalSegmentFlaw
{
    None,

    /// <summary>No page of PostgreSQL 13 to 18 at its start.</summary>
    NoSegment,

    /// <summary>Another system identifier: of another cluster, such as a clone's that kept its archive_command.</summary>
    OtherCluster,

    /// <summary>Shorter or longer than its header says.</summary>
    WrongLength,

    /// <summary>Its first page belongs to another place or to a later timeline than the name says.</summary>
    WrongName,

    /// <summary>Written in part only: zeros or the pages of an older segment follow its last record, and the server did not close it.</summary>
    Unfinished,

    /// <summary>Its records do not follow each other to its end.</summary>
    Broken,
}
