namespace Tidemark.Cli.Teaching;

/// <summary>One word that a shell may put where the cursor stands.</summary>
internal sealed record Candidate(string Word, string Does)
{
    /// <summary>Word, tab, description. What cannot be told in a line is not offered.</summary>
    public string? Line => Word.Length == 0 || Word.Any(char.IsControl) ? null : $"{Word}\t{string.Concat(Does.Where(c => !char.IsControl(c)))}";
}
