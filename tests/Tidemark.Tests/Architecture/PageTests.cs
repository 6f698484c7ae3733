using System.Reflection;
using System.Text.RegularExpressions;
using Tidemark.Configuration;

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

    [Fact]
    public void The_page_of_settings_is_the_catalogue()
    {
        var rows = SettingCatalogue.All.Select(setting => $"| `{setting.Variable}` | `{setting.Name}` | {(setting.Default is null ? "" : $"`{setting.Default}`")} | {setting.Meaning}{(setting.Secret ? "; a secret, never shown" : "")} |");
        var expected = string.Join('\n', ["| variable | tidemark.json | default | meaning |", "|---|---|---|---|", .. rows]);
        var page = Checkout.Read("docs/configuration.md");
        var found = page.Split("<!-- settings -->\n")[1].Split("\n<!-- /settings -->")[0];
        Assert.True(expected == found, "put this between the marks of docs/configuration.md:\n" + expected);
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
