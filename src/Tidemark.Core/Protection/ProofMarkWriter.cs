using System.Text.Json;
using Tidemark.Dumps;
using Tidemark.Files;

namespace Tidemark.Protection;

/// <summary>Leaves the proof beside the backup, where it goes with it to any other store.</summary>
internal static class ProofMarkWriter
{
    public static void Write(DumpEntry backup, string provenBy, DateTimeOffset provenAt)
    {
        var manifest = backup.Manifest ?? throw new ArgumentException("only a backup with a manifest can be proven", nameof(backup));
        var mark = new ProofMark { Sha256 = manifest.Sha256, RecoveryPoint = manifest.RecoveryPoint, ProvenAt = provenAt, ProvenBy = provenBy };
        DurableFile.WriteWhole(DumpFolder.ProofOf(backup.Path), JsonSerializer.SerializeToUtf8Bytes(mark, ProofJson.Default.ProofMark), replace: true);
    }
}
