using System.Text.Json;
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
        try
        {
            using var file = RegularFile.OpenForReading(path);
            var mark = JsonSerializer.Deserialize(file, ProofJson.Default.ProofMark);
            return mark is null ? (null, $"{path} is no proof: it is empty")
                : mark.Sha256 != manifest.Sha256 || mark.RecoveryPoint != manifest.RecoveryPoint ? (null, $"{path} is no proof: it is of another backup")
                : (new ProvenPoint(mark.RecoveryPoint, mark.ProvenAt, mark.ProvenBy, backup.Id), null);
        }
        catch (Fault unreadable)
        {
            return (null, $"{path} is no proof: {unreadable.Why ?? unreadable.What}");
        }
        catch (Exception unreadable) when (unreadable is JsonException or IOException or UnauthorizedAccessException)
        {
            return (null, $"{path} is no proof: {unreadable.Message}");
        }
    }
}
