using System.Text;

namespace Tidemark.Drills.Evidence;

/// <summary>A report as Markdown, for a wiki.</summary>
internal static class MarkdownPage
{
    public static string Of(ReportPage page)
    {
        var text = new StringBuilder($"# {Cell(page.Title)}\n\n{Cell(page.Reason)}\n");
        foreach (var table in page.Tables.Where(table => table.Rows.Count > 0))
        {
            text.Append($"\n## {table.Title}\n\n{Row(table.Head)}|{string.Concat(table.Head.Select(_ => "---|"))}\n");
            foreach (var row in table.Rows) text.Append(Row(row));
        }
        return text.ToString();
    }

    public static string Row(IEnumerable<string> cells) => $"|{string.Concat(cells.Select(cell => $" {Cell(cell)} |"))}\n";

    /// <summary>Names come from databases: none may end a cell, or be taken for HTML.</summary>
    public static string Cell(string text) => text.ReplaceLineEndings(" ").Replace("\\", "\\\\", StringComparison.Ordinal).Replace("|", "\\|", StringComparison.Ordinal).Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace("`", "\\`", StringComparison.Ordinal).Replace("[", "\\[", StringComparison.Ordinal);
}
