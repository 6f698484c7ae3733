using Tidemark.Dumps;

namespace Tidemark.Protection;

/// <summary>Reads the proof beside a backup. One that cannot be read, or is of other bytes, is no proof.</summary>
internal static class ProofMarkReader
{
    /// <returns>The proof, or why what lies there is none; neither where nothing lies.</returns>
    public static async Task<(ProvenPoint? Proof, string? Finding)> ReadAsync(DumpEntry backup, CancellationToken token)
    {
        if (backup.Manifest is not { } manifest || !backup.Marks.HasFlag(DumpMarks.Proof)) return (null, null);
        var key = DumpName.ProofOf(backup.Key);
        var path = backup.Store.PathOf(key);
        var (mark, finding) = await DumpDocument.ReadAsync(backup.Store, key, ProofJson.Default.ProofMark, token);
        return mark is null ? (null, finding is null ? null : $"{path} is no proof: {finding}")
            : mark.Sha256 != manifest.Sha256 || mark.RecoveryPoint != manifest.RecoveryPoint ? (null, $"{path} is no proof: it is of another backup")
            : (new ProvenPoint(mark.RecoveryPoint, mark.ProvenAt, mark.ProvenBy, backup.Id, mark.RpoSeconds, mark.RtoSeconds), null);
    }
}
