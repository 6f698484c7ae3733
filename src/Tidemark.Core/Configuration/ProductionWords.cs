namespace Tidemark.Configuration;

/// <summary>The words that people write for production; where one is missed, the guard is not armed.</summary>
internal static class ProductionWords
{
    /// <summary>In small letters.</summary>
    public static readonly IReadOnlyList<string> All = ["production", "prod", "prd", "live"];

    public static bool Include(string? said) => said is not null && All.Contains(said.Trim(), StringComparer.OrdinalIgnoreCase);
}
