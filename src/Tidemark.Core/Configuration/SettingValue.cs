namespace Tidemark.Configuration;

/// <summary>One line of <c>config show</c>.</summary>
/// <param name="Name">Of the setting, or of a PG* variable.</param>
/// <param name="Shown">Secrets masked; null when not set.</param>
/// <param name="Origin">"environment DATABASE_URL", ".env:3", "tidemark.json", "default", "flag --backup-dir".</param>
internal sealed record SettingValue(string Name, string? Shown, string Origin);
