using Tidemark.Drills.Checks;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Drills;

public sealed class DrillAssertionTests : IDisposable
{
    private readonly TempFolder folder = new();

    [Theory]
    [InlineData("\"equals\": 100", "100", true)]
    [InlineData("\"equals\": \"100\"", "100.00", true)]
    [InlineData("\"equals\": 100", "101", false)]
    [InlineData("\"equals\": 100, \"tolerance\": \"5%\"", "95", true)]
    [InlineData("\"equals\": 100, \"tolerance\": \"5%\"", "94.9", false)]
    [InlineData("\"equals\": -100, \"tolerance\": \"5%\"", "-104", true)]
    [InlineData("\"equals\": 100, \"tolerance\": 3", "103", true)]
    [InlineData("\"equals\": 100, \"tolerance\": 3", "104", false)]
    [InlineData("\"equals\": \"EUR\"", "EUR", true)]
    [InlineData("\"equals\": \"EUR\"", "USD", false)]
    [InlineData("\"min\": 1", "1", true)]
    [InlineData("\"min\": 1", "0", false)]
    [InlineData("\"min\": 1", null, false)]
    [InlineData("\"min\": 1, \"max\": 5", "6", false)]
    [InlineData("\"max\": 5", "5", true)]
    [InlineData("\"equals\": true", "true", true)]
    [InlineData("", "true", true)]
    [InlineData("", "false", false)]
    [InlineData("", null, false)]
    [InlineData("", "1", false)]
    public void An_answer_holds_or_not(string expectation, string? answer, bool holds) =>
        Assert.Equal(holds, Read($$"""[{ "name": "n", "sql": "select 1"{{(expectation.Length > 0 ? ", " : "")}}{{expectation}} }]""").Single().Holds(answer));

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""[{ "name": "n" }]""")]
    [InlineData("""[{ "name": "n", "sql": null }]""")]
    [InlineData("""[{ "name": "n", "sql": "select 1", "equal": 5 }]""")]
    [InlineData("""[{ "name": "n", "sql": "select 1", "tolerance": "5%" }]""")]
    [InlineData("""[{ "name": "n", "sql": "select 1", "equals": "EUR", "tolerance": "5%" }]""")]
    [InlineData("""[{ "name": "n", "sql": "select 1", "equals": 5, "tolerance": "some" }]""")]
    public void A_file_of_another_shape_is_refused_before_anything_is_done(string text)
    {
        var fault = Assert.Throws<Fault>(() => Read(text));
        Assert.Equal(FaultCode.Configuration, fault.Code);
        Assert.Contains("assertions.json", fault.Where, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private IReadOnlyList<DrillAssertion> Read(string text)
    {
        var path = Path.Combine(folder.Path, "assertions.json");
        File.WriteAllText(path, text);
        return DrillAssertion.ReadAll(path);
    }
}
