using System.Globalization;
using System.Text.Json;
using Tidemark.Files;

namespace Tidemark.Audit;

/// <summary>JSON lines in <c>audit.jsonl</c>; a line is on the disk before what it tells goes on.</summary>
/// <remarks>A full file is put aside as <c>audit-TIME.jsonl</c>, by whoever would write the next line; no line is lost or torn by that, and a kill leaves one file or the other.</remarks>
/// <param name="stateFolder">Where it lies.</param>
/// <param name="fullAt">Bytes: about 100,000 events.</param>
internal sealed class AuditLog(string stateFolder, long fullAt = 50 << 20)
{
    /// <summary>As long as the logs of runs.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(400);

    private const string AsideStem = "audit-", Suffix = ".jsonl", TimeFormat = "yyyyMMdd'T'HHmmss'Z'";

    public static string PathIn(string stateFolder) => Path.Combine(stateFolder, "audit.jsonl");

    /// <summary>Those that are there, oldest first.</summary>
    /// <exception cref="Fault">8: one is no regular file.</exception>
    public static IReadOnlyList<string> FilesIn(string stateFolder)
    {
        List<string> files = [.. AsideIn(stateFolder).OrderBy(file => (PutAside(file), file.Length, file)), .. File.Exists(PathIn(stateFolder)) ? [PathIn(stateFolder)] : Array.Empty<string>()];
        foreach (var file in files.Append(PathIn(stateFolder))) RegularFile.RequireOwn(file, "the audit log");
        return files;
    }

    public void Write(AuditEvent entry)
    {
        PrivateFolder.Ensure(stateFolder);
        DurableFile.AppendLine(PathIn(stateFolder), JsonSerializer.Serialize(entry, AuditJson.Default.AuditEvent), fullAt,
            number => Path.Combine(stateFolder, $"{AsideStem}{entry.At.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture)}{(number == 1 ? "" : $"-{number}")}{Suffix}"));
    }

    /// <summary>Removes what was put aside too long ago, by the time in its name. Returns a sentence where that is not possible.</summary>
    public static IReadOnlyList<string> Sweep(string stateFolder, DateTimeOffset now)
    {
        try
        {
            foreach (var file in AsideIn(stateFolder).Where(file => now - PutAside(file) > Kept)) DurableFile.Remove(file);
            return [];
        }
        catch (Fault kept)
        {
            return [$"an audit log that is too old could not be removed: {kept.Where}: {kept.Why}"];
        }
    }

    private static IEnumerable<string> AsideIn(string stateFolder) =>
        Directory.Exists(stateFolder) ? Directory.EnumerateFiles(stateFolder, $"{AsideStem}*{Suffix}").Where(file => PutAside(file) is not null) : [];

    private static DateTimeOffset? PutAside(string file) =>
        DateTimeOffset.TryParseExact(Path.GetFileNameWithoutExtension(file)[AsideStem.Length..].Split('-')[0], TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;
}
