namespace Tidemark.Restores;

/// <summary>What to type after a restore that left something out: never what would be refused for the same reason.</summary>
internal static class PartlyDone
{
    /// <param name="options">What was asked for.</param>
    /// <param name="missing">What was left out, each beginning with its reason.</param>
    public static string Next(RestoreOptions options, IReadOnlyList<string> missing)
    {
        IEnumerable<string> again = options.Mode != RestoreMode.Swap ? [] : options.Confirm is { } name ? options.Force ? [RestoreLine.Swap, "--force", "--confirm", name] : [RestoreLine.Swap, "--confirm", name] : [RestoreLine.Swap];
        // Only what --no-owner leaves out is settled by it.
        if (options.NoOwner || !missing.All(reason => reason.StartsWith(RestoreError.RoleMissing, StringComparison.Ordinal)))
            return $"{RestoreLine.Of(options, again)} # when what is missing is there";
        // Which roles to make, only a manifest tells; what making them did not settle, they cannot.
        return RestoreLine.Of(options, [.. again, options.Source.Manifest is null || options.CreateRoles ? RestoreLine.NoOwner : RestoreLine.CreateRoles]);
    }
}
