namespace Tidemark.BaseBackups;

/// <summary>A base backup that was taken.</summary>
/// <param name="Manifest">As it was written.</param>
/// <param name="Store">Where it lies.</param>
/// <param name="Duration">From the first byte to the manifest.</param>
/// <param name="IsOverSql">Its files were read over SQL.</param>
/// <param name="OwnWal">It brought its WAL into the store itself: nobody else did.</param>
/// <param name="BadPages">Damaged pages of the server's; the manifest names the first thousand of each worker.</param>
/// <param name="Warnings">A sentence each.</param>
internal sealed record BaseReport(BaseManifest Manifest, string Store, TimeSpan Duration, bool IsOverSql, bool OwnWal, long BadPages, IReadOnlyList<string> Warnings)
{
    /// <summary>Why it is a full one though an increment was asked for; null: none was, or it is one.</summary>
    public string? WhyFull { get; init; }

    public required CopyMemory Memory { get; init; }

    /// <summary>The backup stands, and says what of the server was damaged; null: nothing was.</summary>
    public Fault? Finding => BadPages == 0 ? null : new Fault(FaultCode.Partly, $"{BadPages} page{(BadPages == 1 ? " is" : "s are")} damaged on the server")
    {
        Where = string.Join(", ", Manifest.PageWarnings.Take(Shown).Select(page => $"{page.Path}, page {page.Page}")) + (BadPages > Shown ? ", …" : ""),
        Why = Manifest.PageWarnings[0].Why,
        Left = "the backup holds them as they are; earlier backups may hold them whole",
        Next = $"tidemark show {Manifest.Id} # names them; then restore the relation from an earlier backup",
    };

    private const int Shown = 5;
}
