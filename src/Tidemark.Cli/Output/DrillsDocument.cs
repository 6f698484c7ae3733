using Tidemark.Drills;
using Tidemark.Drills.Evidence;

namespace Tidemark.Cli.Output;

/// <param name="Drills">Newest first.</param>
internal sealed record DrillsDocument(IReadOnlyList<DrillLine> Drills);

/// <summary>One drill of the list; what is null was not measured.</summary>
internal sealed record DrillLine(int Number, string Id, DateTimeOffset At, DrillResult Result, string? Database, string BackupId, double? RpoSeconds, double? RtoSeconds, string Reason, string Path)
{
    public static DrillLine Of(string path, EvidenceDocument document) => new(document.Number, document.Report.Id, document.Report.FinishedAt, document.Report.Result, document.Report.Subject.Database, document.Report.Subject.BackupId,
        document.Report.Measured.RpoSeconds, document.Report.Measured.RtoSeconds, document.Report.Reason, path);
}
