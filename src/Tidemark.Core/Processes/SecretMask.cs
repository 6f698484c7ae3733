using System.Text.RegularExpressions;

namespace Tidemark.Processes;

/// <summary>Puts *** in the place of secrets, as they are and as they stand in a URL, in what others print.</summary>
internal sealed class SecretMask(IEnumerable<string> secrets)
{
    /// <remarks>The longest first: one may hold another. %2f and %2F are the same byte.</remarks>
    private readonly string[] written = [.. secrets.SelectMany(secret => (string[])[secret, Uri.EscapeDataString(secret)]).Where(text => text.Length > 0).Distinct().OrderByDescending(text => text.Length)];

    public string Hide(string text) => written.Aggregate(text, (hidden, secret) =>
        Regex.Replace(hidden, Regex.Escape(secret), "***", secret.Contains('%') ? RegexOptions.IgnoreCase | RegexOptions.CultureInvariant : RegexOptions.None));
}
