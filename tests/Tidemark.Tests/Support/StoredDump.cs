using System.Text.Json;
using Tidemark.Dumps;

namespace Tidemark.Tests.Support;

/// <summary>A dump of one byte of the database "shop", with its manifest.</summary>
internal static class StoredDump
{
    /// <returns>Its path.</returns>
    public static string Put(TempFolder folder, string key, DateTimeOffset time, Func<DumpManifest, DumpManifest>? change = null)
    {
        var path = folder.Write(key, "x");
        var manifest = new DumpManifest
        {
            Id = DumpName.Id(key),
            Database = "shop",
            File = key,
            Format = "custom",
            Size = 1,
            Sha256 = "",
            ContentSha256 = "",
            DumpedBytes = 1,
            StartedAt = time,
            RecoveryPoint = time,
            FinishedAt = time,
            Check = "full",
        };
        folder.Write(key + ".json", JsonSerializer.Serialize(change?.Invoke(manifest) ?? manifest, DumpJson.Default.DumpManifest));
        return path;
    }
}
