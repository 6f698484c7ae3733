using Tidemark.Dumps;
using Tidemark.Processes;

namespace Tidemark.Restores;

/// <summary>What to type after a restore that left something out: never what would be refused for the same reason.</summary>
internal static class PartlyDone
{
    /// <param name="source">What was restored.</param>
    /// <param name="missing">What was left out, each beginning with its reason.</param>
    /// <param name="noOwner">Owners and grants were left out on request.</param>
    /// <param name="options">The options to restore with again; may be empty.</param>
    public static string Next(DumpEntry source, IReadOnlyList<string> missing, bool noOwner, string options)
    {
        var again = $"tidemark restore {ShellWord.Quote(source.Handle)} {options}".TrimEnd();
        // Only what --no-owner leaves out is settled by it.
        return !noOwner && missing.All(reason => reason.StartsWith(RestoreError.RoleMissing, StringComparison.Ordinal)) ? $"create the roles, or do without owners and grants: {again} --no-owner"
            : $"mend what is missing, then: {again}";
    }
}
