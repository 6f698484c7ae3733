namespace Tidemark.Drills.Evidence;

/// <summary>A report as one line of a table.</summary>
internal static class EvidenceLine
{
    public static readonly IReadOnlyList<string> Head = ["when", "result", "database", "backup", "RPO", "RTO"];

    public static IReadOnlyList<string> Of(EvidenceFile file)
    {
        try
        {
            var report = EvidenceDocument.Parse(File.ReadAllBytes(file.Path)).Report;
            return [$"{report.FinishedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z", $"{(report.Sabotage is null ? "" : "sabotage: ")}{ReportPage.InWords(report.Result)}", report.Subject.Database ?? "", report.Subject.BackupId ?? "", Seconds(report.Measured.RpoSeconds), Seconds(report.Measured.RtoSeconds)];
        }
        catch (InvalidDataException unreadable)
        {
            return ["", unreadable.Message, "", "", "", ""];
        }
    }

    private static string Seconds(double? seconds) => seconds is { } some ? Ages.InWords(TimeSpan.FromSeconds(some)) : "not measured";
}
