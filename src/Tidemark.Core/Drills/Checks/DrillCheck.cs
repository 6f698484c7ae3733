using System.Text.Json.Serialization;

namespace Tidemark.Drills.Checks;

/// <summary>One thing that a drill looked at.</summary>
/// <param name="Name">What, in a word or two.</param>
/// <param name="Result">How it is.</param>
internal sealed record DrillCheck(string Name, CheckResult Result)
{
    public string? Expected { get; init; }

    public string? Got { get; init; }

    /// <summary>Of a remark and of a failure: in a sentence.</summary>
    public string? Why { get; init; }

    public static DrillCheck Passed(string name, string expected, string got) => new(name, CheckResult.Passed) { Expected = expected, Got = got };

    public static DrillCheck Remark(string name, string why) => new(name, CheckResult.Remark) { Why = why };

    public static DrillCheck Failed(string name, string expected, string got, string why) => new(name, CheckResult.Failed) { Expected = expected, Got = got, Why = why };
}

[JsonConverter(typeof(CheckResultWords))]
internal enum CheckResult
{
    Passed,

    /// <summary>It could not be looked at, or differs in what matters little.</summary>
    Remark,

    Failed,
}

internal sealed class CheckResultWords() : JsonStringEnumConverter<CheckResult>(System.Text.Json.JsonNamingPolicy.CamelCase);
