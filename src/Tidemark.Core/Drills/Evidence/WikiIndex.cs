using System.Globalization;
using System.Text;

namespace Tidemark.Drills.Evidence;

/// <summary>The page of a wiki that leads to the reports, the newest first.</summary>
internal static class WikiIndex
{
    public static string Of(IReadOnlyList<EvidenceFile> reports)
    {
        var page = new StringBuilder("# Drills\n\nRehearsed restores, each with its signed report. To verify them in a clone of this repository: `tidemark drill verify drills --key known.pem`, with a public key that you have from elsewhere.\n\n");
        page.Append(MarkdownPage.Row(["drill", .. EvidenceLine.Head])).Append($"|---|{string.Concat(EvidenceLine.Head.Select(_ => "---|"))}\n");
        foreach (var report in reports.Reverse()) page.Append(string.Create(CultureInfo.InvariantCulture, $"| [{report.Number}](drills/{Path.GetFileNameWithoutExtension(report.Name)}.md) "))
            .Append(MarkdownPage.Row(EvidenceLine.Of(report)));
        return page.ToString();
    }
}
