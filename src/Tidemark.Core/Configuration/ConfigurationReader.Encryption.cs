using Tidemark.Codecs.Age;

namespace Tidemark.Configuration;

/// <summary>Whom backups are encrypted to is read at once: a mistake in it must end before a backup lies in the clear. What opens them is not.</summary>
internal sealed partial class ConfigurationReader
{
    private const string KeyBeginning = "AGE-SECRET-KEY-", RecipientsFile = "file:";

    private EncryptionOptions ReadEncryption()
    {
        var recipients = ReadRecipients(out var toPassphrase);
        return new EncryptionOptions(recipients, toPassphrase, Secret(SettingCatalogue.Identity, IdentityReference), Secret(SettingCatalogue.IdentityPassphrase, text => text));
    }

    private List<AgeRecipient> ReadRecipients(out bool toPassphrase)
    {
        var setting = SettingCatalogue.EncryptTo;
        var (text, origin) = layers.Get(setting);
        var words = text?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
        // A secret key that was put there by mistake is not shown again.
        values.Add(new(setting.Name, text is not null && text.Contains(KeyBeginning, StringComparison.OrdinalIgnoreCase) ? "***" : text, origin));
        toPassphrase = words.Contains(EncryptionOptions.PassphraseWord);
        if (text is not null && words.Length == 0) Wrong("it names nobody");
        if (toPassphrase && words.Length > 1) Wrong("a passphrase stands alone: age takes no other recipient beside it");
        if (toPassphrase && layers.Get(SettingCatalogue.IdentityPassphrase).Value is null) Wrong($"{SettingCatalogue.IdentityPassphrase.Variable} gives no passphrase");
        if (toPassphrase) return [];
        return [.. words.SelectMany(Read).DistinctBy(recipient => recipient.ToString())];

        IEnumerable<AgeRecipient> Read(string word) => word.StartsWith(RecipientsFile, StringComparison.Ordinal) ? ReadFile(AbsolutePath(word[RecipientsFile.Length..])) : ReadOne(word, "");

        List<AgeRecipient> ReadFile(string path)
        {
            try
            {
                var lines = File.ReadAllLines(path).Select((line, at) => (Text: line.Trim(), Number: at + 1)).Where(line => line.Text.Length > 0 && line.Text[0] != '#').ToList();
                if (lines.Count == 0) Wrong($"{path} names nobody");
                return [.. lines.SelectMany(line => ReadOne(line.Text, $"{path}:{line.Number}: "))];
            }
            catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
            {
                Wrong($"{path} cannot be read: {unreadable.Message}");
                return [];
            }
        }

        AgeRecipient[] ReadOne(string word, string where)
        {
            try
            {
                var recipient = AgeRecipient.Parse(word);
                // A key of low order shows only when something is wrapped for it.
                recipient.Wrap(new byte[AgeKeys.FileKeyLength]);
                return [recipient];
            }
            catch (FormatException none)
            {
                Wrong(where + none.Message);
                return [];
            }
        }

        // Not by the value: somebody may have put the secret half there.
        void Wrong(string why) => faults.Add($"{setting.Variable} ({(origin == SettingsFile.FileName ? $"{origin}, {setting.Name}" : origin)}): {why}");
    }

    /// <summary>A plain path is one of a file.</summary>
    private string IdentityReference(string text) => SecretReference.IsReference(text) ? text : "file:" + AbsolutePath(text);

    /// <summary>Where a secret is kept, which is not looked at now.</summary>
    private SecretSource? Secret(Setting setting, Func<string, string> refine)
    {
        var (text, origin) = layers.Get(setting);
        if (text is null)
        {
            values.Add(new(setting.Name, null, origin));
            return null;
        }
        var source = new SecretSource(refine(text), root, variables);
        var holdsKey = text.Contains(KeyBeginning, StringComparison.OrdinalIgnoreCase);
        if (holdsKey) faults.Add(setting, text, origin, "this is a key itself; put it into a file of mode 0600 and name that file");
        values.Add(new(setting.Name, "***", holdsKey || source.ToString() is "***" ? origin : $"{origin} ({source})"));
        return source;
    }
}
