namespace Tidemark.BaseBackups;

/// <summary>What became of reading a base backup again.</summary>
/// <param name="Backup">Which.</param>
/// <param name="Packs">That were read.</param>
/// <param name="Bytes">Of these.</param>
/// <param name="Pages">Whose checksums were computed.</param>
/// <param name="Files">In its map.</param>
/// <param name="Segments">Of its WAL.</param>
/// <param name="Faults">A sentence each; none: it is whole.</param>
internal sealed record BaseVerifyReport(StoredBackup Backup, int Packs, long Bytes, long Pages, long Files, int Segments, IReadOnlyList<string> Faults)
{
    public bool Passed => Faults.Count == 0;
}
