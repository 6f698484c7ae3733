using System.Globalization;
using System.Text.RegularExpressions;

namespace Tidemark.Drills.Evidence;

/// <summary>Where reports lie: <c>000001-RUN.json</c>, its signature <c>….json.sig</c>, and the same for people as <c>….md</c> and <c>….html</c>; the public keys as <c>drill-key.ID.pem</c>.</summary>
internal sealed partial class EvidenceFolder(string path)
{
    public const string Signature = ".sig";

    public string Path => path;

    public static string NameOf(int number, string runId) => string.Create(CultureInfo.InvariantCulture, $"{number:000000}-{runId}");

    public static string KeyFileOf(string id) => $"drill-key.{id}.pem";

    public string At(string name) => System.IO.Path.Combine(path, name);

    /// <summary>By their numbers.</summary>
    public IReadOnlyList<EvidenceFile> Reports() => !Directory.Exists(path) ? [] :
        [.. Directory.GetFiles(path, "*.json").Select(EvidenceFile.Of).OfType<EvidenceFile>().OrderBy(file => file.Number).ThenBy(file => file.Name, StringComparer.Ordinal)];

    public IReadOnlyList<EvidenceIdentity> Keys() => !Directory.Exists(path) ? [] : [.. Directory.GetFiles(path, "drill-key.*.pem").Order(StringComparer.Ordinal).Select(EvidenceIdentity.Read)];

    [GeneratedRegex(@"^(\d{6,9})-([0-9a-z-]+)\.json$")]
    internal static partial Regex ReportName();
}

/// <summary>A report by its name.</summary>
internal sealed record EvidenceFile(string Path, int Number, string RunId)
{
    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>Null: by its name it is none.</summary>
    public static EvidenceFile? Of(string path) => EvidenceFolder.ReportName().Match(System.IO.Path.GetFileName(path)) is { Success: true } name
        ? new EvidenceFile(path, int.Parse(name.Groups[1].Value, CultureInfo.InvariantCulture), name.Groups[2].Value) : null;
}
