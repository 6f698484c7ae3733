using System.Reflection;
using System.Text.RegularExpressions;

namespace Tidemark.Tests.Architecture;

public sealed partial class PageTests
{
    [Fact]
    public void Every_link_and_every_path_in_the_pages_leads_somewhere()
    {
        List<string> broken = [];
        foreach (var page in Checkout.Pages)
        {
            var links = Links().Matches(page.Text).Select(match => match.Groups[1].Value).Where(link => !link.Contains("://", StringComparison.Ordinal)).Select(link => Path.Combine(page.Folder.TrimStart('/'), link));
            var paths = Paths().Matches(page.Text).Select(match => match.Groups[1].Value);
            broken.AddRange(links.Concat(paths).Where(path => !Checkout.Exists(path)).Select(path => $"{page.Path}: {path}"));
        }
        Assert.Empty(broken);
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/cli.md")]
    public void The_table_of_exit_codes_has_every_code_and_no_other(string page)
    {
        // 0 is success, 14 the outcome "restored, not checked": neither is a failure.
        var known = typeof(FaultCode).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => ((FaultCode)field.GetValue(null)!).ExitCode).Append(0).Append(14).Distinct().Order();
        Assert.Equal(known, ExitCodes().Matches(Checkout.Read(page)).Select(match => int.Parse(match.Groups[1].Value)).Order());
    }

    [GeneratedRegex(@"\]\(([^)#]+)")]
    private static partial Regex Links();

    [GeneratedRegex(@"`((?:src|docs|build|tests|bench)/[\w./-]+)`")]
    private static partial Regex Paths();

    [GeneratedRegex(@"^\| (\d+) \|", RegexOptions.Multiline)]
    private static partial Regex ExitCodes();
}
