namespace Tidemark.Configuration;

/// <summary>Who may use the HTTP API, and how much it takes.</summary>
internal sealed partial class ConfigurationReader
{
    /// <summary>Below that, somebody would guess it.</summary>
    private const int ShortestToken = 16;

    private AccessOptions ReadAccess()
    {
        var token = ReadAdminToken();
        return new AccessOptions(token, Bytes(SettingCatalogue.UploadLimit));
    }

    private string? ReadAdminToken()
    {
        var setting = SettingCatalogue.AdminToken;
        var (text, origin) = layers.Get(setting);
        values.Add(new(setting.Name, text is null ? null : "***", text is not null && SecretReference.IsReference(text) ? $"{origin} ({text})" : origin));
        if (text is null) return null;
        try
        {
            var token = SecretReference.Resolve(text, root, variables);
            if (token.Length < ShortestToken || token.Any(letter => letter is <= ' ' or > '~'))
                faults.Add($"{setting.Variable} ({origin}): must be {ShortestToken} characters or more, of ASCII and without blanks: openssl rand -hex 32");
            return token;
        }
        catch (Fault fault)
        {
            faults.Add(setting, "", origin, $"{fault.What}: {fault.Why}");
            return null;
        }
    }
}
