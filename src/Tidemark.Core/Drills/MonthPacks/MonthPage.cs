using System.Text;
using Tidemark.Drills.Evidence;
using Tidemark.Journal;

namespace Tidemark.Drills.MonthPacks;

/// <summary>The month on a page, for people.</summary>
internal static class MonthPage
{
    public static string Of(MonthRecord record, PackMonth month, string host, DateTimeOffset now)
    {
        var page = new StringBuilder($"# Backups of {month}\n\nMade on {MarkdownPage.Cell(host)} at {Moment(now)}{(now < month.Until ? "; **the month was not over**" : "")}. Times are UTC.\n");
        Table(page, "Runs", ["kind", "succeeded", "failed", "interrupted", "cancelled"], record.Runs.GroupBy(run => run.Kind).OrderBy(kind => kind.Key, StringComparer.Ordinal)
            .Select(kind => (string[])[kind.Key, Count(kind, RunState.Succeeded), Count(kind, RunState.Failed), Count(kind, RunState.Interrupted), Count(kind, RunState.Cancelled)]));
        Table(page, "Failures, and what followed", ["when", "kind", "database", "what", "next success", "told until"], record.Failures
            .Select(failure => (string[])[Moment(failure.At), failure.Kind, failure.Database, $"{failure.Error ?? failure.State}{(failure.Why is { } why ? $": {why}" : "")}", failure.NextSuccessAt is { } next ? Moment(next) : "none yet", Told(failure)]));
        Table(page, "Drills", ["drill", .. EvidenceLine.Head], record.Drills.Select(drill => (string[])[Path.GetFileNameWithoutExtension(drill.Name), .. EvidenceLine.Of(drill)]));
        Table(page, "Settings", ["when", "what changed"], record.Settings.Select(change => (string[])[Moment(change.At), change.Why ?? ""]));
        return page.Append($"""

            ## What is here

            `runs.jsonl`: every run that began in the month. `failures.jsonl`: those that failed, with what followed. `audit.jsonl`: the audit log of the month. `settings.jsonl`: its lines of settings that changed.
            `drills/`: the report of each drill, its pages and its signature, and the public keys. `SHA256SUMS` names every file; `SHA256SUMS.sig` is its signature, by ECDSA P-256.

            With the public key that you have from elsewhere:

                tidemark drill verify {month.FileName} --key known.pem
                openssl dgst -sha256 -verify known.pem -signature SHA256SUMS.sig SHA256SUMS && sha256sum -c SHA256SUMS

            """).ToString();
    }

    private static void Table(StringBuilder page, string title, string[] head, IEnumerable<string[]> rows)
    {
        page.Append($"\n## {title}\n\n");
        var lines = rows.ToList();
        if (lines.Count == 0)
        {
            page.Append("None.\n");
            return;
        }
        page.Append(MarkdownPage.Row(head)).Append($"|{string.Concat(head.Select(_ => "---|"))}\n");
        foreach (var row in lines) page.Append(MarkdownPage.Row(row));
    }

    private static string Told(MonthFailure failure) => failure switch { { NoticeOverAt: { } over } => Moment(over), { NoticeSince: not null } => "not over yet", _ => "nobody was told" };

    private static string Count(IEnumerable<RunRow> runs, string state) => $"{runs.Count(run => run.State == state)}";

    private static string Moment(DateTimeOffset time) => $"{time.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z";
}
