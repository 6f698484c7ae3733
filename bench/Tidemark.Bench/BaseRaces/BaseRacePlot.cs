using System.Globalization;
using System.Net;
using System.Text;
using Tidemark.Bench.Measuring;
using Tidemark.Bench.Reports;

namespace Tidemark.Bench.BaseRaces;

/// <summary>A bar for each contender: its median wall time, and a line from the least to the most.</summary>
internal static class BaseRacePlot
{
    private const int Row = 26, Label = 330, Width = 900, Edge = 20, Number = 60;

    public static string Write(BaseRaceReport report)
    {
        var (body, y) = (new StringBuilder(), Edge);
        foreach (var race in report.Races)
        {
            var longest = race.Samples.SelectMany(samples => samples).Max(sample => sample.Wall);
            y += Row;
            body.AppendLine(Invariant($"<text x=\"{Edge}\" y=\"{y - 8}\" font-weight=\"bold\">{race.Race.Name}, seconds</text>"));
            for (var i = 0; i < race.Race.Contenders.Count; i++, y += Row) Bar(body, y, race.Race.Contenders[i].Name, race.Samples[i], (Width - Label - Number - Edge) / longest);
        }
        return Invariant($"""
            <svg xmlns="http://www.w3.org/2000/svg" width="{Width}" height="{y + Edge}" font-family="sans-serif" font-size="13">
            <rect width="100%" height="100%" fill="white"/>
            {body}</svg>

            """);
    }

    private static void Bar(StringBuilder body, int y, string name, IReadOnlyList<Sample> samples, double scale)
    {
        var wall = Spread.Of(samples.Select(sample => sample.Wall));
        var colour = name.StartsWith("tidemark", StringComparison.Ordinal) ? "#1f6f8b" : "#b8b8b8";
        body.AppendLine(Invariant($"<text x=\"{Label - 8}\" y=\"{y + 15}\" text-anchor=\"end\">{WebUtility.HtmlEncode(name)}</text>"));
        body.AppendLine(Invariant($"<rect x=\"{Label}\" y=\"{y + 2}\" width=\"{wall.Median * scale:F1}\" height=\"{Row - 8}\" fill=\"{colour}\"/>"));
        body.AppendLine(Invariant($"<line x1=\"{Label + (wall.Min * scale):F1}\" x2=\"{Label + (wall.Max * scale):F1}\" y1=\"{y + 11}\" y2=\"{y + 11}\" stroke=\"black\"/>"));
        body.AppendLine(Invariant($"<text x=\"{Label + (wall.Max * scale) + 6:F1}\" y=\"{y + 15}\">{wall.Median:F2}</text>"));
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
