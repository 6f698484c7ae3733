using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Tidemark.Drills.Evidence;
using Tidemark.Files;

namespace Tidemark.Drills.MonthPacks;

/// <summary>A month as one archive: what an auditor asks for, with a signed list of the SHA-256 of every file.</summary>
/// <remarks>It has its name when it is whole and on the disk: killed before, there is none.</remarks>
internal sealed class MonthPackWriter(string stateFolder, EvidenceFolder evidence, string host, TimeProvider clock)
{
    public const string Sums = "SHA256SUMS", DrillFolder = "drills/";

    /// <returns>How many files are in it.</returns>
    /// <exception cref="Fault">5: there is a file of this name; 8, 15: it cannot be written.</exception>
    public int Write(string path, PackMonth month, MonthRecord record)
    {
        using var key = EvidenceKey.Ensure(stateFolder);
        var now = clock.GetUtcNow();
        List<(string Name, byte[] Bytes)> files =
        [
            ("SUMMARY.md", Encoding.UTF8.GetBytes(MonthPage.Of(record, month, host, now))),
            ("runs.jsonl", Lines(record.Runs, MonthJson.Default.RunRow)),
            ("failures.jsonl", Lines(record.Failures, MonthJson.Default.MonthFailure)),
            ("audit.jsonl", Lines(record.Audit)),
            ("settings.jsonl", Lines(record.Settings, Audit.AuditJson.Default.AuditEvent)),
            .. Keys(key.Identity),
            .. record.Drills.SelectMany(FilesOf),
        ];
        var sums = Encoding.ASCII.GetBytes(string.Concat(files.Select(file => $"{EvidenceDocument.HashOf(file.Bytes)}  {file.Name}\n")));
        using var pack = DurableFile.Create(Path.GetDirectoryName(Path.GetFullPath(path))!);
        using (var zip = new ZipArchive(pack.Stream, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var (name, bytes) in files.Append((Sums, sums)).Append((Sums + EvidenceFolder.Signature, key.Sign(sums)))) Add(zip, name, bytes, now);
        pack.Publish(path);
        return files.Count;
    }

    private static void Add(ZipArchive zip, string name, byte[] bytes, DateTimeOffset now)
    {
        var entry = zip.CreateEntry(name);
        entry.LastWriteTime = now;
        using var stream = entry.Open();
        stream.Write(bytes);
    }

    /// <summary>All that ever signed here: a report of before a new key is of the old one.</summary>
    private IEnumerable<(string, byte[])> Keys(EvidenceIdentity own) => evidence.Keys().Append(own).DistinctBy(key => key.Id).Select(key => (DrillFolder + EvidenceFolder.KeyFileOf(key.Id), Encoding.ASCII.GetBytes(key.Pem)));

    private static IEnumerable<(string, byte[])> FilesOf(EvidenceFile report)
    {
        var stem = Path.ChangeExtension(report.Path, null);
        return new[] { report.Path, report.Path + EvidenceFolder.Signature, stem + ".md", stem + ".html" }.Where(File.Exists).Select(file => (DrillFolder + Path.GetFileName(file), File.ReadAllBytes(file)));
    }

    private static byte[] Lines<T>(IEnumerable<T> all, JsonTypeInfo<T> type) => Lines(all.Select(one => JsonSerializer.Serialize(one, type)));

    private static byte[] Lines(IEnumerable<string> lines) => Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => string.Create(CultureInfo.InvariantCulture, $"{line}\n"))));
}
