using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using Tidemark.Drills.Evidence;
using Tidemark.Files;

namespace Tidemark.Drills.MonthPacks;

/// <summary>Whether an archive of a month is what was signed, and the reports in it as well. Needs the public key alone.</summary>
internal sealed partial class MonthPackCheck
{
    /// <summary>Of one file: what claims to be longer is none of ours.</summary>
    private const int Longest = 256 << 20;

    private readonly Dictionary<string, byte[]> files = [];
    private readonly List<string> findings = [];

    /// <exception cref="Fault"><see cref="FaultCode.WrongMagic"/> (10): this is no such archive.</exception>
    public MonthPackCheck(string path)
    {
        try
        {
            using var zip = ZipFile.OpenRead(path);
            foreach (var entry in zip.Entries)
                if (!files.TryAdd(entry.FullName, Read(entry))) findings.Add($"{entry.FullName}: it is there twice");
        }
        catch (InvalidDataException damaged)
        {
            throw new Fault(FaultCode.WrongMagic, "this is no archive of a month, or it is damaged", damaged) { Where = path, Why = damaged.Message };
        }
    }

    /// <summary>The public keys that lie in it.</summary>
    public IReadOnlyList<EvidenceIdentity> Keys() => In(folder => folder.Keys());

    /// <param name="keys">Whose signatures count.</param>
    public EvidenceVerdict Judge(IReadOnlyList<EvidenceIdentity> keys)
    {
        var (sums, signature) = (files.GetValueOrDefault(MonthPackWriter.Sums), files.GetValueOrDefault(MonthPackWriter.Sums + EvidenceFolder.Signature));
        if (sums is null || signature is null) return new EvidenceVerdict(0, [.. findings, $"{MonthPackWriter.Sums} or its signature is missing: this is no archive of a month"]);
        if (!keys.Any(key => key.Wrote(sums, signature))) findings.Add($"{MonthPackWriter.Sums}: the signature is not of these bytes: the list or the signature was changed, or signed with another key");
        var listed = Encoding.UTF8.GetString(sums).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => Line().Match(line)).ToList();
        if (listed.Any(line => !line.Success)) findings.Add($"{MonthPackWriter.Sums}: it cannot be read");
        var named = listed.Where(line => line.Success).DistinctBy(line => line.Groups[2].Value).ToDictionary(line => line.Groups[2].Value, line => line.Groups[1].Value);
        foreach (var (name, hash) in named)
            if (!files.TryGetValue(name, out var bytes)) findings.Add($"{name} is missing");
            else if (EvidenceDocument.HashOf(bytes) != hash) findings.Add($"{name}: it was changed");
        foreach (var name in files.Keys.Where(name => name is not (MonthPackWriter.Sums or MonthPackWriter.Sums + EvidenceFolder.Signature) && !named.ContainsKey(name))) findings.Add($"{name}: it was added");
        var drills = In(folder => folder.Reports() is [var first, ..] ? new EvidenceCheck(keys).OfFolder(folder, null, first.Number) : new EvidenceVerdict(0, []));
        return new EvidenceVerdict(drills.Reports, [.. findings, .. drills.Findings.Except(findings)]);
    }

    /// <summary>Reports are looked at in a folder, as everywhere. What else lies in the archive gets no file: a name may lead anywhere.</summary>
    private T In<T>(Func<EvidenceFolder, T> look)
    {
        var folder = Directory.CreateTempSubdirectory("tidemark-pack-").FullName;
        try
        {
            foreach (var (name, bytes) in files)
                if (Drill().Match(name) is { Success: true } file) DurableFile.WriteWhole(Path.Combine(folder, file.Groups[1].Value), bytes, replace: false);
            return look(new EvidenceFolder(folder));
        }
        finally
        {
            Removal.Of(folder);
        }
    }

    private static byte[] Read(ZipArchiveEntry entry)
    {
        using var stream = entry.Open();
        using var bytes = new MemoryStream();
        var buffer = new byte[64 * 1024];
        for (int count; (count = stream.Read(buffer)) > 0; bytes.Write(buffer, 0, count))
            if (bytes.Length + count > Longest) throw new InvalidDataException($"{entry.FullName} is longer than any file of such an archive");
        return bytes.ToArray();
    }

    [GeneratedRegex("^([0-9a-f]{64})  ([A-Za-z0-9./_-]+)$")]
    private static partial Regex Line();

    [GeneratedRegex("^drills/([A-Za-z0-9_-][A-Za-z0-9._-]*)$")]
    private static partial Regex Drill();
}
