using Tidemark.Dumps;
using Tidemark.Postgres;

namespace Tidemark.Cli.Output;

/// <summary>
/// ALTER DATABASE … SET app.api_key = '…' is where applications keep secrets. The manifest, which only its owner can read, has to hold them, or a restore
/// would lose them; what is shown need not.
/// </summary>
internal static class ShownSettings
{
    private static readonly string[] SecretWords = ["secret", "password", "passwd", "passphrase", "token", "key", "credential", "dsn", "conninfo"];

    /// <summary>The manifest as it may be printed.</summary>
    public static DumpManifest Of(DumpManifest manifest) => manifest.DatabaseFacts is not { } facts ? manifest
        : manifest with { DatabaseFacts = facts with { Settings = [.. facts.Settings.Select(Masked)] } };

    private static DatabaseSetting Masked(DatabaseSetting setting) =>
        SecretWords.Any(word => setting.Name.Contains(word, StringComparison.OrdinalIgnoreCase)) ? setting with { Value = "***" } : setting;
}
