using System.Globalization;
using System.Text;

namespace Tidemark.Drills.Evidence;

/// <summary>The page of a wiki that leads to the reports, the newest first.</summary>
internal static class WikiIndex
{
    public static string Of(IReadOnlyList<EvidenceFile> reports)
    {
        var page = new StringBuilder("# Drills\n\nRehearsed restores, each with its signed report. To verify them: `tidemark drill verify drills --key known.pem`, with a public key that you have from elsewhere.\n\n");
        page.Append(MarkdownPage.Row(["drill", "when", "result", "database", "backup", "RPO", "RTO"])).Append("|---|---|---|---|---|---|---|\n");
        foreach (var report in reports.Reverse()) page.Append(string.Create(CultureInfo.InvariantCulture, $"| [{report.Number}](drills/{Path.GetFileNameWithoutExtension(report.Name)}.md) ")).Append(MarkdownPage.Row(Cells(report)));
        return page.ToString();
    }

    private static string[] Cells(EvidenceFile file)
    {
        try
        {
            var report = EvidenceDocument.Parse(File.ReadAllBytes(file.Path)).Report;
            return [$"{report.FinishedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z", $"{(report.Sabotage is null ? "" : "sabotage: ")}{report.Result}", report.Subject.Database ?? "", report.Subject.BackupId ?? "", Seconds(report.Measured.RpoSeconds), Seconds(report.Measured.RtoSeconds)];
        }
        catch (InvalidDataException unreadable)
        {
            return ["", unreadable.Message, "", "", "", ""];
        }
    }

    private static string Seconds(double? seconds) => seconds is { } some ? Ages.InWords(TimeSpan.FromSeconds(some)) : "not measured";
}
