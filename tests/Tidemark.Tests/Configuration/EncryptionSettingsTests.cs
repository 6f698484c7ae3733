using Tidemark.Codecs.Age;
using Tidemark.Configuration;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Configuration;

public sealed class EncryptionSettingsTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly Dictionary<string, string> environment = [];
    private readonly AgeIdentity mine = AgeIdentity.Generate(), theirs = AgeIdentity.Generate();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Without_a_word_nothing_is_encrypted()
    {
        var options = Read().Options.Encryption;
        Assert.Equal((false, null, null), (options.Encrypts, options.Identity, options.Passphrase));
    }

    [Fact]
    public void Recipients_come_from_the_list_and_from_files_each_once()
    {
        folder.Write("team.txt", $"# the team\n\n{theirs.Recipient}\n  {mine.Recipient}\n");
        environment["BACKUP_ENCRYPT_TO"] = $"{mine.Recipient}, file:team.txt";
        var options = Read().Options.Encryption;
        Assert.Equal([$"{mine.Recipient}", $"{theirs.Recipient}"], options.Recipients.Select(recipient => $"{recipient}"));
        Assert.True(options.Encrypts);
    }

    [Theory]
    [InlineData("age1nonsense", "no age recipient")]
    [InlineData(" , ", "it names nobody")]
    [InlineData("file:missing.txt", "missing.txt cannot be read")]
    [InlineData("file:empty.txt", "empty.txt names nobody")]
    [InlineData("file:wrong.txt", "wrong.txt:2: SSH keys are not taken")]
    [InlineData("passphrase", "BACKUP_IDENTITY_PASSPHRASE gives no passphrase")]
    public void What_cannot_be_encrypted_to_is_a_fault_at_once(string said, string why)
    {
        folder.Write("empty.txt", "# nobody\n");
        folder.Write("wrong.txt", "\nssh-ed25519 AAAA\n");
        environment["BACKUP_ENCRYPT_TO"] = said;
        var fault = Assert.Throws<Fault>(Read);
        Assert.Equal(FaultCode.Configuration, fault.Code);
        Assert.Contains("BACKUP_ENCRYPT_TO (environment BACKUP_ENCRYPT_TO): ", fault.What);
        Assert.Contains(why, fault.What);
    }

    [Fact]
    public void A_key_of_low_order_is_refused()
    {
        environment["BACKUP_ENCRYPT_TO"] = $"{new AgeRecipient(new byte[32])}";
        Assert.Contains("of low order", Assert.Throws<Fault>(Read).What);
    }

    [Fact]
    public void A_passphrase_stands_alone()
    {
        environment["BACKUP_IDENTITY_PASSPHRASE"] = "open sesame";
        environment["BACKUP_ENCRYPT_TO"] = "passphrase";
        Assert.Equal((true, true, 0), (Read().Options.Encryption.Encrypts, Read().Options.Encryption.ToPassphrase, Read().Options.Encryption.Recipients.Count));
        environment["BACKUP_ENCRYPT_TO"] = $"passphrase,{mine.Recipient}";
        Assert.Contains("stands alone", Assert.Throws<Fault>(Read).What);
    }

    [Fact]
    public void A_secret_key_in_the_wrong_place_is_refused_and_never_shown()
    {
        foreach (var name in (string[])["BACKUP_ENCRYPT_TO", "BACKUP_IDENTITY", "BACKUP_IDENTITY_PASSPHRASE"])
        {
            environment.Clear();
            environment[name] = mine.ToSecretText();
            var reading = ConfigurationReader.Inspect(folder.Path, environment, new Dictionary<string, string>());
            Assert.Single(reading.Faults);
            Assert.DoesNotContain(mine.ToSecretText()[20..], string.Join('\n', [.. reading.Faults, .. reading.Values.Select(value => $"{value}")]), StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public void Keys_are_shown_by_where_they_are_kept_and_nothing_is_fetched()
    {
        folder.Write(".env", $"BACKUP_IDENTITY=command:touch {folder["ran"]}\nBACKUP_IDENTITY_PASSPHRASE=open sesame\n");
        var (options, values) = Read();
        Assert.False(File.Exists(folder["ran"]));
        Assert.Contains(new SettingValue("Identity", "***", $".env:1 (command:touch {folder["ran"]})"), values);
        Assert.Contains(new SettingValue("IdentityPassphrase", "***", ".env:2"), values);
        Assert.Equal("***", $"{options.Encryption.Passphrase}");
        options.Encryption.Identity!.ReadBytes();
        Assert.True(File.Exists(folder["ran"]));
    }

    [Fact]
    public void A_plain_path_begins_at_the_project_root_and_counts_as_a_file_with_a_secret()
    {
        folder.Write("keys/key.txt", "\u00e4");
        environment["BACKUP_IDENTITY"] = "keys/key.txt";
        var reading = ConfigurationReader.Inspect(folder.Path, environment, new Dictionary<string, string>());
        Assert.Equal($"file:{folder["keys/key.txt"]}", $"{reading.Options.Encryption.Identity}");
        Assert.Equal("\u00e4"u8.ToArray(), reading.Options.Encryption.Identity!.ReadBytes());
        Assert.Equal([folder["keys/key.txt"]], reading.SecretFiles);
    }

    private TidemarkSettings Read() => ConfigurationReader.Read(folder.Path, environment, new Dictionary<string, string>());
}
