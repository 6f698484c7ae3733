namespace Tidemark.Postgres.Data;

/// <summary>What a page of a cluster with checksums looks like. A page that is read while it is written may look damaged: only reading it again tells.</summary>
/// <param name="State">What it is.</param>
/// <param name="Stored">The checksum that stands in it.</param>
/// <param name="Computed">The one that it should have; 0 where none was computed.</param>
internal readonly record struct PageVerdict(PageState State, ushort Stored, ushort Computed)
{
    public bool IsDamaged => State is PageState.WrongChecksum or PageState.NewWithBytes;

    /// <summary>Half a sentence.</summary>
    public string Why => State switch
    {
        PageState.WrongChecksum => $"its checksum is {Stored:X4}, and should be {Computed:X4}",
        PageState.NewWithBytes => "its header says that it was never used, but it is not empty",
        PageState.New => "it was never used",
        _ => "it is good",
    };

    /// <param name="page">A whole page.</param>
    /// <param name="block">Counted over all files of the relation's fork.</param>
    public static PageVerdict Of(ReadOnlySpan<byte> page, uint block)
    {
        var header = PageHeader.Read(page);
        // A page that was never used has no checksum: the server makes files longer with zeros. With any byte in it, it is none of those.
        if (header.Upper == 0) return new PageVerdict(page.ContainsAnyExcept((byte)0) ? PageState.NewWithBytes : PageState.New, header.Checksum, 0);
        var computed = PageChecksum.Of(page, block);
        return new PageVerdict(computed == header.Checksum ? PageState.Good : PageState.WrongChecksum, header.Checksum, computed);
    }
}

internal enum PageState
{
    Good,
    New,
    WrongChecksum,
    NewWithBytes,
}
