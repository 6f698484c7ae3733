using System.Text;
using System.Text.Json;
using Tidemark.Files;

namespace Tidemark.Drills.Evidence;

/// <summary>Adds a report to the chain. One process at a time.</summary>
/// <remarks>
/// 1. the public key · 2. the pages for people · 3. the signature · 4. the report: from here on it is a link of the chain · 5. the note of the newest one.
/// Killed before 4, the next drill takes the number; killed before 5, it finds the report by its number and goes on from there.
/// </remarks>
internal sealed class EvidenceWriter(string stateFolder, EvidenceFolder folder)
{
    public const string HeadFile = "drill.head";

    /// <returns>The path of the report.</returns>
    public string Write(DrillReport report)
    {
        PrivateFolder.Ensure(folder.Path);
        using var key = EvidenceKey.Ensure(stateFolder);
        var keyFile = folder.At(EvidenceFolder.KeyFileOf(key.Identity.Id));
        if (!File.Exists(keyFile)) DurableFile.WriteWhole(keyFile, Encoding.ASCII.GetBytes(key.Identity.Pem), replace: true);

        var head = Head(key.Identity);
        var number = (head?.Number ?? 0) + 1;
        var name = EvidenceFolder.NameOf(number, report.Id);
        var page = ReportPage.Of(report, number);
        var renderings = new[] { (File: name + ".md", Text: MarkdownPage.Of(page)), (File: name + ".html", Text: HtmlPage.Of(page)) }.Select(made => (made.File, Bytes: Encoding.UTF8.GetBytes(made.Text))).ToList();
        var document = new EvidenceDocument
        {
            Number = number,
            Previous = head is null ? null : new PreviousEvidence(head.File, head.Sha256),
            Key = key.Identity.Id,
            Renderings = [.. renderings.Select(made => new Rendering(made.File, EvidenceDocument.HashOf(made.Bytes)))],
            Report = report,
        };
        var bytes = document.ToBytes();
        foreach (var (file, rendered) in renderings) DurableFile.WriteWhole(folder.At(file), rendered, replace: true);
        var path = folder.At(name + ".json");
        DurableFile.WriteWhole(path + EvidenceFolder.Signature, key.Sign(bytes), replace: true);
        DurableFile.WriteWhole(path, bytes, replace: false);
        Note(new EvidenceHead(number, name + ".json", EvidenceDocument.HashOf(bytes)));
        return path;
    }

    /// <summary>The newest one by this machine's own note; null: it has none.</summary>
    /// <exception cref="Fault">8: the note cannot be read.</exception>
    public static EvidenceHead? Noted(string stateFolder)
    {
        var path = Path.Combine(stateFolder, HeadFile);
        if (!File.Exists(path)) return null;
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), EvidenceJson.Default.EvidenceHead) ?? throw new JsonException("it says null");
        }
        catch (JsonException unreadable)
        {
            throw new Fault(FaultCode.Store, "the note of the newest drill report cannot be read", unreadable) { Where = path, Why = unreadable.Message, Next = $"mv '{path}' '{path}.damaged' # the chain then goes on from the newest report that is there" };
        }
    }

    private EvidenceHead? Head(EvidenceIdentity own)
    {
        var reports = folder.Reports();
        // A state folder that was lost: the chain goes on from what is there, under a new key.
        var noted = Noted(stateFolder);
        if (noted is null) return reports.Count == 0 ? null : HeadOf(reports[^1]);
        foreach (var next in reports.Where(report => report.Number > noted.Number))
            if (File.Exists(next.Path + EvidenceFolder.Signature) && own.Wrote(File.ReadAllBytes(next.Path), File.ReadAllBytes(next.Path + EvidenceFolder.Signature)) && EvidenceDocument.Parse(File.ReadAllBytes(next.Path)).Previous?.Sha256 == noted.Sha256)
                noted = HeadOf(next);
        return noted;
    }

    private static EvidenceHead HeadOf(EvidenceFile report) => new(report.Number, report.Name, EvidenceDocument.HashOf(File.ReadAllBytes(report.Path)));

    private void Note(EvidenceHead head) => DurableFile.WriteWhole(Path.Combine(stateFolder, HeadFile), JsonSerializer.SerializeToUtf8Bytes(head, EvidenceJson.Default.EvidenceHead), replace: true);
}
