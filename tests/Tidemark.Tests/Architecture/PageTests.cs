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

    /// <summary>An alert on a metric that nobody tells never fires, and nobody would notice.</summary>
    [Theory]
    [InlineData("deploy/prometheus/rules.yml")]
    [InlineData("deploy/grafana/tidemark.json")]
    public void Every_metric_that_is_shipped_in_a_query_is_on_the_page_of_metrics_and_in_the_code(string file)
    {
        var asked = Metrics().Matches(Checkout.Read(file)).Select(match => match.Value).Distinct().ToList();
        Assert.True(asked.Count > 8);
        var (page, code) = (Checkout.Read("docs/monitoring.md"), string.Concat(Checkout.Sources.Select(source => source.Text)));
        Assert.All(asked, name => Assert.True(page.Contains($"`{name}`", StringComparison.Ordinal) && code.Contains($"\"{name}\"", StringComparison.Ordinal), name));
    }

    [GeneratedRegex(@"\b(?:db_backup|tidemark)_[a-z_]+_(?:total|seconds|state|alive|readable|reachable|length|info)\b")]
    private static partial Regex Metrics();

    [GeneratedRegex(@"\]\(([^)#]+)")]
    private static partial Regex Links();

    [GeneratedRegex(@"`((?:src|docs|build|tests|bench)/[\w./-]+)`")]
    private static partial Regex Paths();

    [GeneratedRegex(@"^\| (\d+) \|", RegexOptions.Multiline)]
    private static partial Regex ExitCodes();
}
