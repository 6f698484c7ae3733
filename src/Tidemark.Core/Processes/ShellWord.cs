namespace Tidemark.Processes;

/// <summary>Quotes a word for a POSIX shell, only where it needs it: what we tell people to type can be pasted.</summary>
internal static class ShellWord
{
    public static string Quote(string word) =>
        word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or '/' or ':' or '@' or '+' or '=' or ',')
            ? word : "'" + word.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}
