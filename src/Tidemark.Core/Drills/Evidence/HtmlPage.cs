using System.Net;
using System.Text;

namespace Tidemark.Drills.Evidence;

/// <summary>A report as a page that needs nothing else: it can be printed, or sent.</summary>
internal static class HtmlPage
{
    private const string Style = "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem}table{border-collapse:collapse;width:100%}th,td{border-bottom:1px solid #ccc;padding:.3rem .6rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}";

    public static string Of(ReportPage page)
    {
        var html = new StringBuilder($"<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>{Text(page.Title)}</title><style>{Style}</style></head><body>\n<h1>{Text(page.Title)}</h1>\n<p>{Text(page.Reason)}</p>\n");
        foreach (var table in page.Tables.Where(table => table.Rows.Count > 0))
        {
            html.Append($"<h2>{Text(table.Title)}</h2>\n<table>\n");
            if (table.Head.Any(word => word.Length > 0)) html.Append(Row("th", table.Head));
            foreach (var row in table.Rows) html.Append(Row("td", row));
            html.Append("</table>\n");
        }
        return html.Append("</body></html>\n").ToString();
    }

    private static string Row(string cell, IEnumerable<string> texts) => $"<tr>{string.Concat(texts.Select(text => $"<{cell}>{Text(text)}</{cell}>"))}</tr>\n";

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
