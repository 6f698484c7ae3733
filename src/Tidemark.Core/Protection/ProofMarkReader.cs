using Tidemark.Dumps;
using Tidemark.Files;

namespace Tidemark.Protection;

/// <summary>Reads the proof beside a backup. One that cannot be read, or is of other bytes, is no proof.</summary>
internal static class ProofMarkReader
{
    /// <returns>The proof, or why what lies there is none; neither where nothing lies.</returns>
    public static (ProvenPoint? Proof, string? Finding) Read(DumpEntry backup)
    {
        var path = DumpFolder.ProofOf(backup.Path);
        if (backup.Manifest is not { } manifest || !FileFacts.IsThere(path)) return (null, null);
        var (mark, finding) = DumpDocument.Read(path, ProofJson.Default.ProofMark);
        return mark is null ? (null, $"{path} is no proof: {finding}")
            : mark.Sha256 != manifest.Sha256 || mark.RecoveryPoint != manifest.RecoveryPoint ? (null, $"{path} is no proof: it is of another backup")
            : (new ProvenPoint(mark.RecoveryPoint, mark.ProvenAt, mark.ProvenBy, backup.Id), null);
    }
}
