using System.Text.Encodings.Web;
using System.Text.Json;

namespace Tidemark.Bench.Reports;

/// <summary>How figures are written for programs, and read by people in a diff.</summary>
internal static class FigureJson
{
    /// <summary>New ones each: options belong to the context that they are given to.</summary>
    public static JsonSerializerOptions Options => new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}
