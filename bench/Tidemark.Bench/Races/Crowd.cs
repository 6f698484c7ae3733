using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Tidemark.Bench.Races;

/// <summary>Makes many backups out of one, as a schedule would have left them: one a day, each with a manifest of its own that tells of so many tables.</summary>
internal static class Crowd
{
    public static JsonNode ManifestIn(string store) => JsonNode.Parse(File.ReadAllText(Track.DumpIn(store)!.FullName + ".json"))!;

    public static void Fill(string store, int wanted, int tables)
    {
        var original = Track.DumpIn(store)!.FullName;
        var manifest = ManifestIn(store);
        manifest["rows"] = new JsonArray([.. Enumerable.Range(1, tables).Select(number => new JsonObject { ["schema"] = "public", ["table"] = $"table_{number}", ["rows"] = number * 1000 })]);
        var newest = DateTimeOffset.Parse((string)manifest["recoveryPoint"]!, CultureInfo.InvariantCulture);
        for (var day = 1; day < wanted; day++)
        {
            var at = newest.AddDays(-day).UtcDateTime;
            var stem = string.Create(CultureInfo.InvariantCulture, $"small/{at:yyyy/MM/dd}/backup-{at:yyyyMMdd'T'HHmmss'Z'}");
            manifest["file"] = stem + ".dump";
            manifest["id"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(stem)))[..12];
            manifest["recoveryPoint"] = new DateTimeOffset(at, TimeSpan.Zero).ToString("O", CultureInfo.InvariantCulture);
            var copy = Path.Combine(store, stem + ".dump");
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(original, copy);
            File.WriteAllText(copy + ".json", manifest.ToJsonString());
        }
    }
}
