using System.Text.RegularExpressions;

namespace Tidemark.Tests.Architecture;

/// <summary>Nothing stands in the pages to be typed that no test types, unless the page says why.</summary>
public sealed partial class MarkedBlockTests
{
    [Fact]
    public void Every_block_of_lines_is_tried_or_says_why_not()
    {
        var pages = Checkout.Pages.Where(page => !page.Path.Contains("/decisions/", StringComparison.Ordinal) && !page.Path.Contains("/evidence/", StringComparison.Ordinal)).ToList();
        Assert.True(pages.Sum(page => page.Text.Split("\n<!-- tried -->\n").Length - 1) > 15, "the marks are not found any more");
        Assert.Empty(pages.SelectMany(page => Unmarked(page.Text).Select(line => $"{page.Path}: {line}")));
    }

    [Theory]
    [InlineData("text\n```\ntidemark list\n```\n", 1)]
    [InlineData("<!-- tried -->\n\n```sh\ntidemark list\n```\n", 1)]
    [InlineData("<!-- tried -->\n```sh\ntidemark list\n```\n", 0)]
    [InlineData("<!-- tried -->\n```\ntidemark list\n```\n", 1)]
    [InlineData("<!-- tried by MarkedBlockTests -->\n```sh\ntidemark list\n```\n", 0)]
    [InlineData("<!-- tried by NobodyTests -->\n```sh\ntidemark list\n```\n", 1)]
    [InlineData("<!-- not tried: too long -->\n```sh\ntidemark list\n```\n<!-- shown -->\n```\nlist\n```\n", 0)]
    [InlineData("<!-- not tried: -->\n```sh\ntidemark list\n```\n", 1)]
    public void A_block_without_a_mark_is_seen(string page, int unmarked) => Assert.Equal(unmarked, Unmarked(page).Count());

    private static IEnumerable<string> Unmarked(string page)
    {
        var lines = page.Split('\n');
        var open = false;
        for (var number = 0; number < lines.Length; number++)
        {
            if (!lines[number].StartsWith("```", StringComparison.Ordinal)) continue;
            open = !open;
            if (open && !Accepted(number == 0 ? "" : lines[number - 1], lines[number])) yield return $"line {number + 1}: {lines[number + 1]}";
        }
    }

    private static bool Accepted(string mark, string fence) => mark switch
    {
        // Only these are found by the test that types them.
        "<!-- tried -->" => fence == "```sh",
        "<!-- shown -->" => true,
        _ => Reason().IsMatch(mark) || TriedBy().Match(mark) is { Success: true } by && Directory.EnumerateFiles(Path.Combine(Checkout.Root, "tests"), by.Groups[1].Value + ".cs", SearchOption.AllDirectories).Any(),
    };

    [GeneratedRegex(@"^<!-- not tried: \S.* -->$")]
    private static partial Regex Reason();

    [GeneratedRegex(@"^<!-- tried by (\w+Tests) -->$")]
    private static partial Regex TriedBy();
}
