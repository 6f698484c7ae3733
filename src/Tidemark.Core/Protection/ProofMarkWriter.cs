using Tidemark.Dumps;

namespace Tidemark.Protection;

/// <summary>Leaves the proof beside the backup, where it goes with it to any other store.</summary>
internal static class ProofMarkWriter
{
    public static Task WriteAsync(DumpEntry backup, string provenBy, DateTimeOffset provenAt, CancellationToken token, double? rpoSeconds = null, double? rtoSeconds = null)
    {
        var manifest = backup.Manifest ?? throw new ArgumentException("only a backup with a manifest can be proven", nameof(backup));
        var mark = new ProofMark { Sha256 = manifest.Sha256, RecoveryPoint = manifest.RecoveryPoint, ProvenAt = provenAt, ProvenBy = provenBy, RpoSeconds = rpoSeconds, RtoSeconds = rtoSeconds };
        return DumpDocument.WriteAsync(backup.Store, DumpName.ProofOf(backup.Key), mark, ProofJson.Default.ProofMark, token);
    }
}
