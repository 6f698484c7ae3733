namespace Tidemark.Tests.Architecture;

public sealed class HouseRuleTests
{
    [Fact]
    public void Every_file_keeps_the_house_rules() => Assert.Empty(Checkout.Sources.SelectMany(HouseRules.Violations));

    [Fact]
    public void Half_of_the_files_are_shorter_than_70_lines()
    {
        var lengths = Checkout.Sources.Select(file => file.Text.Split('\n').Length).Order().ToList();
        Assert.InRange(lengths[lengths.Count / 2], 1, 70);
    }

    [Theory]
    [InlineData("src/Tidemark.Core/Dumps/Other.cs", "internal sealed class Dump;", "holds no type of its name")]
    [InlineData("src/Tidemark.Core/Dumps/DumpManager.cs", "internal sealed class DumpManager;", "says nothing")]
    [InlineData("src/Tidemark.Core/Dumps/DumpBase.cs", "internal abstract class DumpBase;", "says nothing")]
    [InlineData("src/Tidemark.Core/Dumps/Dump.cs", "internal sealed class Dump { void A() { File.WriteAllText(a, b); } }", "only Files writes")]
    [InlineData("src/Tidemark.Cli/Demo/Dump.cs", "internal sealed class Dump { Stream a = new FileStream(a, b); }", "only Files writes")]
    [InlineData("src/Tidemark.Core/Dumps/Dump.cs", "internal sealed class Dump { void A() { Console.WriteLine(); } }", "Output speaks")]
    [InlineData("src/Tidemark.Core/Dumps/Dump.cs", "internal sealed class Dump { void A() { System.Console.Out.Flush(); } }", "Output speaks")]
    public void A_broken_rule_is_seen(string path, string text, string found) => Assert.Contains(HouseRules.Violations(new SourceFile(path, text)), violation => violation.Contains(found, StringComparison.Ordinal));

    [Fact]
    public void A_long_file_needs_a_reason()
    {
        var text = "internal sealed class Long;" + new string('\n', 501);
        Assert.Single(HouseRules.Violations(new SourceFile("src/Tidemark.Core/Dumps/Long.cs", text)));
        Assert.Empty(HouseRules.Violations(new SourceFile("src/Tidemark.Core/Dumps/Long.cs", text + "// Long because …")));
    }
}
