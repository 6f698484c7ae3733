using System.Text.RegularExpressions;

namespace Tidemark.Configuration;

/// <summary>One thing that a user can set.</summary>
/// <param name="Name">Its key in section "Tidemark" of tidemark.json; ':' stands for nesting.</param>
/// <param name="Variable">Its environment variable, also in .env.</param>
/// <param name="Default">Null: not set, or worked out where it is used.</param>
/// <param name="Meaning">One line for help and docs/configuration.md.</param>
/// <param name="Secret">Never shown; may be a reference (<see cref="SecretReference"/>).</param>
/// <param name="Runs">Its value is a program or a command.</param>
internal sealed partial record Setting(string Name, string Variable, string? Default, string Meaning, bool Secret = false, bool Runs = false)
{
    /// <summary>"--backup-dir" of "BackupDir".</summary>
    public string Flag { get; } = "--" + WordStart().Replace(Name.Replace(":", ""), "-$0").TrimStart('-').ToLowerInvariant();

    [GeneratedRegex("[A-Z]")]
    private static partial Regex WordStart();
}
