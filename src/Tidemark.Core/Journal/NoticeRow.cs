namespace Tidemark.Journal;

/// <summary>Something that people should hear of: a kind of run fails on a database, with one code. One row from the first failure to the success that ends it.</summary>
internal sealed record NoticeRow
{
    /// <summary>In the order of their first failures.</summary>
    public required long Id { get; init; }

    public required string Kind { get; init; }

    public required string Database { get; init; }

    public required string ErrorCode { get; init; }

    /// <summary>The last failure, in a sentence without secrets.</summary>
    public required string Text { get; init; }

    /// <summary>The last run that failed so.</summary>
    public required string RunId { get; init; }

    public required DateTimeOffset FirstAt { get; init; }

    public required DateTimeOffset LastAt { get; init; }

    /// <summary>Failures so far.</summary>
    public required int Count { get; init; }

    /// <summary>When a run of this kind succeeded again; null while it has not.</summary>
    public DateTimeOffset? OverAt { get; init; }
}
