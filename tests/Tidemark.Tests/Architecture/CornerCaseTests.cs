using System.Text.RegularExpressions;

namespace Tidemark.Tests.Architecture;

/// <summary>Whoever looks a corner case up finds the test that the page names.</summary>
public sealed partial class CornerCaseTests
{
    [Fact]
    public void Every_test_that_the_page_names_is_there()
    {
        var tests = Directory.EnumerateFiles(Path.Combine(Checkout.Root, "tests"), "*.cs", SearchOption.AllDirectories).Where(path => !path.Contains("/obj/", StringComparison.Ordinal)).Select(File.ReadAllText)
            .SelectMany(text => Class().Match(text) is { Success: true } found ? Method().Matches(text).Select(method => $"{found.Groups[1].Value}.{method.Groups[1].Value}") : []).ToHashSet(StringComparer.Ordinal);
        var named = Named().Matches(Checkout.Read("docs/corner-cases.md")).Select(name => name.Groups[1].Value).ToList();
        Assert.NotEmpty(named);
        Assert.Equal([], named.Except(tests));
    }

    [GeneratedRegex(@"public sealed (?:partial )?class (\w+Tests)\b")]
    private static partial Regex Class();

    [GeneratedRegex(@"public (?:async )?(?:Task|void) (\w+)\(")]
    private static partial Regex Method();

    [GeneratedRegex(@"`(\w+Tests\.\w+)`")]
    private static partial Regex Named();
}
