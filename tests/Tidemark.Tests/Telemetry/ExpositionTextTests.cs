using CsCheck;
using Tidemark.Telemetry;

namespace Tidemark.Tests.Telemetry;

public sealed class ExpositionTextTests
{
    [Fact]
    public void The_text_is_as_the_format_describes_it()
    {
        MetricFamily[] families =
        [
            new("a_total", "counter", "What \\ is\ncounted.", [new([], 0), new([new("x", "say \"hi\"\\\n"), new("y", "ü")], 12)]),
            new("empty", "gauge", "Nothing.", []),
            new("b_seconds", "gauge", "How long.", [new([new("x", "")], 0.125)]),
        ];
        Assert.Equal("""
            # HELP a_total What \\ is\ncounted.
            # TYPE a_total counter
            a_total 0
            a_total{x="say \"hi\"\\\n",y="ü"} 12
            # HELP b_seconds How long.
            # TYPE b_seconds gauge
            b_seconds{x=""} 0.125

            """, ExpositionText.Of(families));
    }

    [Fact]
    public void Whatever_a_database_is_called_and_whatever_the_value_a_reader_gets_both_back() =>
        Gen.Select(Gen.String, Gen.Double.Where(double.IsFinite)).Sample((name, value) =>
        {
            var read = ExpositionReader.Read(ExpositionText.Of([new MetricFamily("m_seconds", "gauge", "Help.", [new([new("database", name)], value)])]));
            return read.Count == 1 && read[0].ByName["database"] == name && read[0].Value == value;
        });

    [Theory]
    [InlineData("a 1\n")]
    [InlineData("# TYPE a gauge\na 1\n")]
    [InlineData("# HELP a x\n# TYPE a gauge\na 1")]
    [InlineData("# HELP a x\n# TYPE a gauge\na 1\na 2\n")]
    [InlineData("# HELP a x\n# TYPE a gauge\na{x=\"\\t\"} 1\n")]
    [InlineData("# HELP a x\n# TYPE a gauge\na 1 1700000000\n")]
    [InlineData("# HELP a x\n# TYPE a counter\na 1\n")]
    [InlineData("# HELP a x\n# TYPE a gauge\na 1\n# HELP b x\n# TYPE b gauge\nb 1\n# HELP a x\n")]
    public void The_reader_of_these_tests_refuses_what_is_wrong(string text) => Assert.Throws<FormatException>(() => ExpositionReader.Read(text));
}
