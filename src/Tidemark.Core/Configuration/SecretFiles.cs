using Tidemark.Postgres;

namespace Tidemark.Configuration;

/// <summary>The files of a configuration that hold a password, a key or a token, and so are nobody else's to read.</summary>
internal static class SecretFiles
{
    private static readonly Setting Url = SettingCatalogue.DatabaseUrl;

    /// <summary>Settings whose value is a secret as a whole. Of an identity only the file is named, and of an address a part may be one.</summary>
    public static readonly IReadOnlyList<Setting> Words = [.. SettingCatalogue.All.Where(setting => setting.Secret && setting != Url && setting != SettingCatalogue.Identity && setting != SettingCatalogue.DrillTarget)];

    private static readonly IReadOnlyList<string> SecretVariables =
        [.. ConnectionKeywords.Variables.Where(pair => ConnectionKeywords.Secret.Contains(pair.Key)).Select(pair => pair.Value).OfType<string>()];

    /// <param name="dotEnvPath">Null when there is none, as with <paramref name="filePath"/>.</param>
    /// <param name="dotEnv">What the .env says.</param>
    /// <param name="filePath">The path of tidemark.json.</param>
    /// <param name="file">What tidemark.json says.</param>
    /// <param name="secrets">The secrets that count; those that are <c>file:</c> references are looked for.</param>
    /// <param name="root">The project root.</param>
    public static IReadOnlyList<string> Find(string? dotEnvPath, DotEnv dotEnv, string? filePath, IReadOnlyDictionary<string, string> file, IReadOnlyList<string?> secrets, string root)
    {
        List<string> found = [];
        if (dotEnvPath is not null && (HoldsPassword(Said(dotEnv, Url.Variable)) || HoldsPassword(Said(dotEnv, SettingCatalogue.DrillTarget.Variable)) || SecretVariables.Any(name => Said(dotEnv, name) is { Length: > 0 }) || Words.Any(word => IsPlain(Said(dotEnv, word.Variable)))))
            found.Add(dotEnvPath);
        if (filePath is not null && (HoldsPassword(file.GetValueOrDefault(Url.Name)) || HoldsPassword(file.GetValueOrDefault(SettingCatalogue.DrillTarget.Name)) || Words.Any(word => IsPlain(file.GetValueOrDefault(word.Name)))))
            found.Add(filePath);
        found.AddRange(secrets.OfType<string>().Select(secret => SecretReference.FileOf(secret, root)).OfType<string>().Where(File.Exists));
        return found;
    }

    private static string? Said(DotEnv dotEnv, string name) => dotEnv.Entries.TryGetValue(name, out var entry) ? entry.Value : null;

    private static bool IsPlain(string? secret) => secret is { Length: > 0 } && !SecretReference.IsReference(secret);

    private static bool HoldsPassword(string? address)
    {
        if (address is null or "" || SecretReference.IsReference(address))
            return false;
        try
        {
            return DatabaseAddress.HoldsSecret(address);
        }
        catch (Fault)
        {
            // What cannot be read may hold one.
            return true;
        }
    }
}
