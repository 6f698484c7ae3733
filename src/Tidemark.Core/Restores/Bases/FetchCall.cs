using System.Text;
using Tidemark.Configuration;
using Tidemark.Storage;

namespace Tidemark.Restores.Bases;

/// <summary>How a server calls this program to fetch WAL: which program, and with which settings, as none of ours reach it.</summary>
/// <param name="Program">Absolute, and what stands behind it.</param>
/// <param name="Settings">Variables of the settings file. Secrets are references where they were given as such.</param>
/// <param name="Plain">Those of them that are secrets themselves, as no reference says where they are kept.</param>
internal sealed record FetchCall(IReadOnlyList<string> Program, IReadOnlyList<(string Name, string Value)> Settings, IReadOnlyList<string> Plain)
{
    private const string OfEnvironment = "env:";

    private static readonly string[] OfWays = ["HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "https_proxy", "http_proxy", "no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR"];

    private static readonly HashSet<string> Secrets = new(StringComparer.Ordinal) { "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AZURE_STORAGE_CONNECTION_STRING", "SFTP_IDENTITY_PASSPHRASE" };

    /// <summary>What a fetch needs of all that was said, and nothing else.</summary>
    public static FetchCall Of(IReadOnlyList<string> program, TidemarkOptions options)
    {
        List<(string Name, string Value)> settings = [(SettingCatalogue.BackupDir.Variable, string.Join(',', options.Stores.Select(store => store.ToString())))];
        List<string> plain = [];
        if (options.Bandwidth is { } rate) settings.Add((SettingCatalogue.Bandwidth.Variable, $"{rate / 1000}kB"));
        Add(SettingCatalogue.Identity, options.Encryption.Identity);
        Add(SettingCatalogue.IdentityPassphrase, options.Encryption.Passphrase);
        string[] beginnings = [.. options.Stores.Select(store => BeginningOf(store.Kind)).OfType<string>().Distinct()];
        foreach (var (name, value) in options.Variables.Where(one => one.Value.Length > 0 && beginnings.Length > 0).OrderBy(one => one.Key, StringComparer.Ordinal))
            if (beginnings.Any(beginning => name.StartsWith(beginning, StringComparison.Ordinal)) || OfWays.Contains(name)) AddVariable(name, value);
        return new FetchCall(program, settings, plain);

        void Add(Setting setting, SecretSource? source)
        {
            if (source is null) return;
            var said = $"{source}";
            if (said.StartsWith(OfEnvironment, StringComparison.Ordinal) && options.Variables.GetValueOrDefault(said[OfEnvironment.Length..]) is { } value)
            {
                settings.Add((said[OfEnvironment.Length..], value));
                plain.Add(said[OfEnvironment.Length..]);
            }
            if (!SecretReference.IsReference(said))
            {
                said = source.Read();
                plain.Add(setting.Variable);
            }
            settings.Add((setting.Variable, SecretReference.FileOf(said, options.ProjectRoot) is { } file ? $"file:{file}" : said));
        }

        void AddVariable(string name, string value)
        {
            settings.Add((name, value));
            if (Secrets.Contains(name)) plain.Add(name);
        }
    }

    /// <summary>As <c>.env</c> files are read.</summary>
    public byte[] WriteSettings()
    {
        var text = new StringBuilder("# Written by tidemark restore for wal fetch: where the WAL is, and where what opens it is kept.\n");
        foreach (var (name, value) in Settings) text.Append(name).Append('=').Append(Quote(value)).Append('\n');
        return Encoding.UTF8.GetBytes($"{text}");
    }

    private static string Quote(string value) =>
        !value.Contains('\'') && !value.Contains('\n') ? $"'{value}'"
            : $"\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("$", "\\$", StringComparison.Ordinal).Replace("`", "\\`", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}\"";

    private static string? BeginningOf(StoreKind kind) => kind switch
    {
        StoreKind.S3 => "AWS_",
        StoreKind.AzureBlob => "AZURE_",
        StoreKind.Sftp => "SFTP_",
        _ => null,
    };
}
